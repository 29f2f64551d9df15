import type { ReactNode } from "react";
import type { JobView } from "../jobs/job-queries.ts";
import { JobStateBadge } from "./job-state-badge.tsx";

/** The first two cells of a job's row, wherever jobs are listed: what it does, with its page, and how it stands. */
export function jobCells(job: JobView): readonly ReactNode[] {
  return [
    <a key="title" href={`/curate/jobs/${job.id}`}>
      {job.title}
    </a>,
    <JobStateBadge key="state" job={job} />,
  ];
}
