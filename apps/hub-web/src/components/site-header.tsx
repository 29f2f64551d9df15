import { Logo } from "./logo.tsx";
import styles from "./site-header.module.css";

export function SiteHeader() {
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
        <a className={styles.unsigned} href="#unsigned">
          development: unsigned
        </a>
      </div>
    </header>
  );
}
