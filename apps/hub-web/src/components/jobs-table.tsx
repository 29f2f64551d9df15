"use client";

import { formatTime } from "../format/format-date.ts";
import type { JobView } from "../jobs/job-queries.ts";
import { api } from "./api-client.ts";
import { DataTable } from "./data-table.tsx";
import { jobCells } from "./job-cells.tsx";
import { Notice } from "./notice.tsx";
import { usePolled } from "./use-polled.ts";

/** The newest jobs, as they go on. */
export function JobsTable({ initial }: { initial: readonly JobView[] }) {
  const { value: jobs } = usePolled(
    initial,
    () => api.jobs.list.query({ limit: 100 }),
    () => true,
    { everyMs: 2000 },
  );
  if (jobs.length === 0) {
    return (
      <Notice title="There are no jobs yet">
        <p>
          They begin when a model is <a href="/curate/imports">imported</a> or verified.
        </p>
      </Notice>
    );
  }
  return (
    <DataTable
      caption="Jobs"
      columns={["Job", "State", "Progress", "Asked for"]}
      rows={jobs.map((job) => ({
        key: job.id,
        cells: [
          ...jobCells(job),
          progressOf(job),
          <span key="when">
            {formatTime(job.createdAt)}
            <small>by {job.createdBy ?? "the hub"}</small>
          </span>,
        ],
      }))}
    />
  );
}

function progressOf({ state, progress, error, attempt, mostAttempts, runAt, startedAt, finishedAt }: JobView): string {
  if (state === "running") {
    const { stage, doneBytes, totalBytes } = progress ?? { stage: "beginning" };
    return totalBytes && doneBytes !== undefined ? `${stage}, ${Math.floor((doneBytes / totalBytes) * 100)} %` : stage;
  }
  if (state === "queued" && attempt > 0 && runAt !== undefined) return `attempt ${attempt + 1} of ${mostAttempts} after ${formatTime(runAt)}`;
  if (state === "failed") return error?.message ?? "";
  if (startedAt === undefined || finishedAt === undefined) return "—";
  return `took ${Math.max(1, Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000))} s`;
}
