import { formatPlural } from "../format/format-count.ts";
import type { ModelChange } from "../releases/release-diff.ts";
import { FieldChanges } from "./field-changes.tsx";
import styles from "./model-changes.module.css";

/** What a release changes, model by model; a changed one opens to its fields. */
export function ModelChanges({ changes }: { changes: readonly ModelChange[] }) {
  if (changes.length === 0) return <p className={styles.none}>No model is different.</p>;
  return (
    <ul className={styles.changes}>
      {changes.map(({ modelId, name, kind, fields }) => (
        <li key={modelId}>
          {kind === "changed" ? (
            <details open={changes.length <= 5}>
              <summary>
                <span className={styles.changed}>changed</span> {name} <small>{formatPlural(fields.length, "field")}</small>
              </summary>
              <FieldChanges changes={fields} label={`Changed fields of ${name}`} />
            </details>
          ) : (
            <p>
              <span className={styles[kind]}>{kind}</span> {name} <small>{modelId}</small>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
