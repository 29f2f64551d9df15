import styles from "./badge.module.css";

export type Tone = "neutral" | "good" | "busy" | "bad";

/** A state in a word; never by colour alone. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
