import { parse } from "@tenfold/catalog";
import type { z } from "zod";
import type { Database } from "../database/open-database.ts";
import type { Job, JobEntry } from "../generated/prisma/client.ts";
import type { JobState } from "../generated/prisma/enums.ts";
import { type JobProgress, jobErrorSchema, jobProgressSchema } from "./job-kind.ts";

/** A job as pages and programs see it: times in ISO 8601, no lease. */
export interface JobView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly modelId?: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly mostAttempts: number;
  readonly progress?: JobProgress;
  readonly result?: unknown;
  readonly error?: Readonly<z.infer<typeof jobErrorSchema>>;
  readonly createdAt: string;
  readonly createdBy?: string;
  /** Of a job that waits: not before then. */
  readonly runAt?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Somebody has cancelled it, and its worker has not heard of it yet. */
  readonly isEnding: boolean;
}

export interface JobLogLine {
  readonly id: number;
  readonly at: string;
  readonly level: string;
  readonly message: string;
}

export interface JobQuery {
  readonly modelId?: string | undefined;
  readonly state?: JobState | undefined;
  readonly limit?: number | undefined;
  /** The last id of the page before. */
  readonly after?: string | undefined;
}

/** The newest first. */
export async function listJobs(database: Database, { modelId, state, limit = 50, after }: JobQuery = {}): Promise<JobView[]> {
  const jobs = await database.job.findMany({
    where: { ...(modelId !== undefined && { modelId }), ...(state !== undefined && { state }), ...(after !== undefined && { id: { lt: after } }) },
    // Ids of version 7 begin with the time.
    orderBy: { id: "desc" },
    take: limit,
  });
  return jobs.map(jobView);
}

/** A job with the lines of its log after `afterLine`; undefined when there is none of that id. */
export async function findJob(database: Database, id: string, afterLine = 0): Promise<{ job: JobView; log: JobLogLine[] } | undefined> {
  const job = await database.job.findUnique({ where: { id } });
  if (job === null) return undefined;
  const entries = await database.jobEntry.findMany({ where: { jobId: id, id: { gt: afterLine } }, orderBy: { id: "asc" }, take: 1000 });
  return { job: jobView(job), log: entries.map(logLine) };
}

export function jobView(job: Job): JobView {
  const {
    id,
    kind,
    title,
    modelId,
    state,
    attempt,
    mostAttempts,
    progress,
    result,
    error,
    createdAt,
    createdBy,
    runAt,
    startedAt,
    finishedAt,
    cancelRequestedAt,
  } = job;
  return {
    id,
    kind,
    title,
    state,
    attempt,
    mostAttempts,
    createdAt: createdAt.toISOString(),
    isEnding: state === "running" && cancelRequestedAt !== null,
    ...(modelId !== null && { modelId }),
    ...(progress !== null && { progress: parse(jobProgressSchema, progress, `progress of job ${id}`, "storage-failed") }),
    ...(result !== null && { result }),
    ...(error !== null && { error: parse(jobErrorSchema, error, `error of job ${id}`, "storage-failed") }),
    ...(createdBy !== null && { createdBy }),
    ...(state === "queued" && { runAt: runAt.toISOString() }),
    ...(startedAt !== null && { startedAt: startedAt.toISOString() }),
    ...(finishedAt !== null && { finishedAt: finishedAt.toISOString() }),
  };
}

function logLine({ id, at, level, message }: JobEntry): JobLogLine {
  return { id, at: at.toISOString(), level, message };
}
