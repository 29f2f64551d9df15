import styles from "./tags.module.css";

/** Short words beside one another: capabilities, formats. */
export function Tags({ label, values }: { label: string; values: readonly string[] }) {
  return (
    <ul className={styles.tags} aria-label={label}>
      {values.map((value) => (
        <li key={value}>{value}</li>
      ))}
    </ul>
  );
}
