import styles from "./site-footer.module.css";

export function SiteFooter() {
  return (
    <footer className={styles.footer}>
      <div className={styles.row}>
        <p id="unsigned">
          <strong>Development: unsigned.</strong> This catalog is not signed yet. Files are checked against the SHA-256 listed here, but nothing proves that the
          list itself comes from who you think.
        </p>
        <ul>
          <li>
            <a href="/catalog/channels/stable.json">Catalog channel</a>
          </li>
          <li>
            <a href="/api/v1/models">Models as JSON</a>
          </li>
          <li>
            <a href="/api/health">Health</a>
          </li>
        </ul>
      </div>
    </footer>
  );
}
