import type { Database } from "../database/open-database.ts";

/** Writes a job's log in the order it is given, without making the job wait. */
export interface JobLog {
  write(message: string, level?: "info" | "warning"): void;
  /** Resolves once everything is written. */
  flush(): Promise<void>;
  /** Everything so far, a line each. */
  text(): string;
}

const longestMessage = 2_000;
const mostLines = 2_000;

export function createJobLog(database: Database, jobId: string): JobLog {
  const lines: string[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  return {
    write(message, level = "info") {
      if (lines.length >= mostLines) return;
      const at = new Date();
      const shown = message.slice(0, longestMessage);
      lines.push(`${at.toISOString()} ${level === "info" ? "" : `${level}: `}${shown}`);
      // A log that cannot be written is no reason to stop: a job whose database is gone ends by its lease.
      writing = writing.then(() => database.jobEntry.create({ data: { jobId, at, level, message: shown } })).catch(() => {});
    },
    async flush() {
      await writing;
    },
    text: () => lines.join("\n"),
  };
}
