import type { Trust } from "../signing/signer.ts";
import styles from "./site-footer.module.css";

/** @param trust of the keys that sign the catalog. */
export function SiteFooter({ trust }: { trust: Trust | undefined }) {
  return (
    <footer className={styles.footer}>
      <div className={styles.row}>
        <p id="trust">
          {trust === undefined ? (
            <strong>Nothing is signed yet.</strong>
          ) : (
            <>
              {trust.isDevelopment ? (
                <>
                  <strong>Development keys.</strong> This catalog is signed by keys that were made at the first start, by nobody: they prove nothing about who
                  runs this hub.{" "}
                </>
              ) : (
                <>This catalog is signed. </>
              )}
              Root {trust.rootVersion} has the fingerprint <code>{trust.rootFingerprint}</code>. Compare it with what <code>tenfold hub add</code> shows, or{" "}
              <a href="/trust">scan it</a>.
            </>
          )}
        </p>
        <ul>
          <li>
            <a href="/catalog/channels/stable.json">Catalog channel</a>
          </li>
          <li>
            <a href="/api">API</a>
          </li>
          <li>
            <a href="/api/health">Health</a>
          </li>
        </ul>
      </div>
    </footer>
  );
}
