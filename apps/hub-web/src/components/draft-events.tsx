import type { DraftEvent } from "../curation/read-draft.ts";
import styles from "./draft-events.module.css";

/** What happened to a model, newest first. */
export function DraftEvents({ events }: { events: readonly DraftEvent[] }) {
  if (events.length === 0) return <p>Nothing happened yet.</p>;
  return (
    <ol className={styles.events}>
      {events.map(({ at, who, what, revision, text }) => (
        <li key={`${at} ${what} ${revision} ${text ?? ""}`} data-what={what}>
          <p>
            <strong>{who}</strong> {what} <span>revision {revision}</span>
          </p>
          {text !== undefined && <blockquote>{text}</blockquote>}
          <small>{at}</small>
        </li>
      ))}
    </ol>
  );
}
