import type { StatusName } from "../curation/model-status.ts";
import styles from "./status-badge.module.css";

/** A model's state in a word; never by colour alone. */
export function StatusBadge({ status }: { status: StatusName }) {
  return <span className={`${styles.badge} ${styles[status.replace(" ", "-")]}`}>{status}</span>;
}
