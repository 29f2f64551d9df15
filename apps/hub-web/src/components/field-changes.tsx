import type { FieldChange } from "../diff/field-change.ts";
import { fieldText } from "../format/field-text.ts";
import styles from "./field-changes.module.css";

/** Fields that differ, each with what it was and what it is. */
export function FieldChanges({ changes, label }: { changes: readonly FieldChange[]; label: string }) {
  return (
    <dl className={styles.changes} aria-label={label}>
      {changes.map(({ path, before, after }) => (
        <div key={path}>
          <dt>
            <code>{path}</code>
          </dt>
          <dd>
            {before !== undefined && (
              <del>
                <span className="visually-hidden">was </span>
                <Value text={fieldText(before)} />
              </del>
            )}
            {after !== undefined && (
              <ins>
                <span className="visually-hidden">is now </span>
                <Value text={fieldText(after)} />
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A long one opens when it is asked to: a chat template has hundreds of lines. */
function Value({ text }: { text: string }) {
  if (text.length <= 400) return text;
  return (
    <details>
      <summary>
        {text.slice(0, 120)}… ({text.length} characters)
      </summary>
      {text}
    </details>
  );
}
