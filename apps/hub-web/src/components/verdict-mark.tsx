import type { Compatibility } from "@tenfold/catalog";
import { verdicts } from "../format/format-verdict.ts";
import styles from "./verdict-mark.module.css";

/** A verdict as a sign and a word, coloured as well. */
export function VerdictMark({ verdict }: { verdict: Compatibility["verdict"] }) {
  const { name, sign, tone } = verdicts[verdict];
  return (
    <span className={`${styles.mark} ${styles[tone]}`}>
      <span aria-hidden="true">{sign}</span> {name}
    </span>
  );
}
