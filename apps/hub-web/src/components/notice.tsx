import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** What stands where something was expected: nothing found, nothing there, something broke. */
export function Notice({ title, children, level = "h2" }: { title: string; children: ReactNode; level?: "h1" | "h2" }) {
  const Heading = level;
  return (
    <div className={styles.notice}>
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}
