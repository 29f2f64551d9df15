import type { JobView } from "../jobs/job-queries.ts";
import { Badge, type Tone } from "./badge.tsx";

const tones: Readonly<Record<string, Tone>> = { verified: "good", done: "good", failed: "bad", refused: "bad", running: "busy", stopping: "busy" };

/** How a job stands, in a word: what it found counts as much as that it ended. */
export function JobStateBadge({ job }: { job: Pick<JobView, "state" | "result" | "isEnding"> }) {
  const word = wordOf(job);
  return <Badge tone={tones[word] ?? "neutral"}>{word}</Badge>;
}

function wordOf({ state, result, isEnding }: Pick<JobView, "state" | "result" | "isEnding">): string {
  if (state === "queued") return "waiting";
  if (state === "running") return isEnding ? "stopping" : "running";
  if (state !== "succeeded") return state;
  const verdict = typeof result === "object" && result !== null && "verdict" in result ? result.verdict : undefined;
  return typeof verdict === "string" ? verdict : "done";
}
