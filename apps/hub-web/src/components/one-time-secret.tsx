import { CopyButton } from "./copy-button.tsx";
import styles from "./one-time-secret.module.css";

/** A link or token that the hub shows once. */
export function OneTimeSecret({ label, text, note }: { label: string; text: string; note: string }) {
  return (
    <div className={styles.secret} role="status">
      <div>
        <code>{text}</code>
        <CopyButton text={text} label={label} />
      </div>
      <small>{note}</small>
    </div>
  );
}
