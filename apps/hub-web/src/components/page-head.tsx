import type { ReactNode } from "react";
import styles from "./page-head.module.css";

/** The top of a working page: where one is, what it is called, and what can be done with it. */
export function PageHead({
  trail = [],
  title,
  lead,
  children,
}: {
  trail?: readonly { name: string; href: string }[];
  title: ReactNode;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      {trail.length > 0 && (
        <nav aria-label="Breadcrumb" className={styles.trail}>
          {trail.map(({ name, href }) => (
            <span key={href}>
              <a href={href}>{name}</a> <span aria-hidden="true">/</span>
            </span>
          ))}
        </nav>
      )}
      <div className={styles.row}>
        <div className={styles.words}>
          <h1>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {children && <div className={styles.actions}>{children}</div>}
      </div>
    </header>
  );
}
