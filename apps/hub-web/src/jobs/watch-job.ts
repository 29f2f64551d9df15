import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "../database/open-database.ts";
import { findJob, type JobLogLine, type JobView } from "./job-queries.ts";

export interface WatchedJob {
  readonly job: JobView;
  /** The lines that are new. */
  readonly log: readonly JobLogLine[];
}

export interface WatchOptions {
  /** The last line that was seen. */
  readonly afterLine: number;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
  /** Whether whoever watches still may; asked again and again. */
  readonly mayWatch: () => Promise<boolean>;
  /** How often the job is looked at. Default 500 ms. */
  readonly everyMs?: number;
  /** How often `mayWatch` is asked. Default 5 s. */
  readonly checkMs?: number;
}

/** A job as it goes on: told at once, then whenever something is new, until it has ended. */
export async function* watchJob(
  database: Database,
  id: string,
  { afterLine, signal, mayWatch, everyMs = 500, checkMs = 5_000 }: WatchOptions,
): AsyncGenerator<WatchedJob> {
  let line = afterLine;
  let shown = "";
  let checkedAt = performance.now();
  for (let isLast = false; ; ) {
    if (performance.now() - checkedAt >= checkMs) {
      if (!(await mayWatch())) return;
      checkedAt = performance.now();
    }
    const found = await findJob(database, id, line);
    if (found === undefined) return;
    const text = JSON.stringify(found.job);
    line = found.log.at(-1)?.id ?? line;
    if (signal.aborted) return;
    if (text !== shown || found.log.length > 0) yield found;
    shown = text;
    // The last lines of a log are written after the job's end.
    if (isLast && found.log.length === 0) return;
    isLast = found.job.finishedAt !== undefined;
    await delay(everyMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
}
