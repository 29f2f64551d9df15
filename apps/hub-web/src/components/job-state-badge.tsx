import type { JobView } from "../jobs/job-queries.ts";
import styles from "./job-state-badge.module.css";

/** How a job stands, in a word: what it found counts as much as that it ended. */
export function JobStateBadge({ job }: { job: Pick<JobView, "state" | "result" | "isEnding"> }) {
  const word = wordOf(job);
  const tone = ["verified", "done"].includes(word)
    ? styles.good
    : ["failed", "refused"].includes(word)
      ? styles.bad
      : word === "running" || word === "stopping"
        ? styles.busy
        : "";
  return <span className={`${styles.badge} ${tone}`}>{word}</span>;
}

function wordOf({ state, result, isEnding }: Pick<JobView, "state" | "result" | "isEnding">): string {
  if (state === "queued") return "waiting";
  if (state === "running") return isEnding ? "stopping" : "running";
  if (state !== "succeeded") return state;
  const verdict = typeof result === "object" && result !== null && "verdict" in result ? result.verdict : undefined;
  return typeof verdict === "string" ? verdict : "done";
}
