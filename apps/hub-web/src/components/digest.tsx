import { CopyButton } from "./copy-button.tsx";
import styles from "./digest.module.css";

/** The ends of a SHA-256, with all of it on hover and on the clipboard. */
export function Digest({ sha256, label }: { sha256: string; label: string }) {
  return (
    <span className={styles.digest}>
      <code title={sha256}>
        {sha256.slice(0, 8)}…{sha256.slice(-6)}
      </code>
      <CopyButton text={sha256} label={label} />
    </span>
  );
}
