import type { Check } from "../verification/check.ts";
import styles from "./check-list.module.css";

const words = { passed: "passed", failed: "failed", noted: "look at this", skipped: "not done" } as const;

/** What was looked at, and what was found. */
export function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <dl className={styles.checks}>
      {checks.map(({ name, outcome, detail }) => (
        <div key={`${name} ${detail}`}>
          <dt>
            {name} <span className={styles[outcome]}>{words[outcome]}</span>
          </dt>
          <dd>{detail}</dd>
        </div>
      ))}
    </dl>
  );
}
