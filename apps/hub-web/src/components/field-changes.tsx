import type { FieldChange } from "../diff/field-change.ts";
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
                <Value text={valueText(before)} />
              </del>
            )}
            {after !== undefined && (
              <ins>
                <span className="visually-hidden">is now </span>
                <Value text={valueText(after)} />
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

/** A value as one reads it in a form; what has parts, as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value === "" ? "(empty)" : value;
  if (value === undefined) return "(nothing)";
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, undefined, 2) : String(value);
}
