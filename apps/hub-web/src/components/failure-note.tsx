import type { ApiFailure } from "./api-client.ts";
import styles from "./failure-note.module.css";

/** What went wrong, read aloud where a screen is read. */
export function FailureNote({ failure }: { failure: Pick<ApiFailure, "message" | "remedy"> | undefined }) {
  return (
    <div role="alert" className={failure ? styles.note : styles.none}>
      {failure && (
        <>
          <p>{failure.message}</p>
          {failure.remedy && <p className={styles.remedy}>{failure.remedy}</p>}
        </>
      )}
    </div>
  );
}
