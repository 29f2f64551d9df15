import type { Trust } from "../signing/signer.ts";
import { Logo } from "./logo.tsx";
import styles from "./site-header.module.css";

export function SiteHeader({ trust }: { trust: Trust | undefined }) {
  return (
    <header className={styles.header}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <div className={styles.row}>
        {/* A plain link: it also empties the search form. */}
        <a className={styles.home} href="/">
          <span className={styles.mark}>
            <Logo />
          </span>
          <span>
            Tenfold <span className={styles.light}>hub</span>
          </span>
        </a>
        {!(trust && !trust.isDevelopment) && (
          <a className={styles.unsigned} href="#trust">
            {trust ? "development keys" : "unsigned"}
          </a>
        )}
      </div>
    </header>
  );
}
