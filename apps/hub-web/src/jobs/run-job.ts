import { parse, TenfoldError } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import type { Log } from "../log.ts";
import { type ClaimedJob, claimJob } from "./claim-job.ts";
import { completeJob, endCancelled, failJob, returnJob } from "./end-job.ts";
import type { JobKind, JobProgress } from "./job-kind.ts";
import { createJobLog } from "./job-log.ts";
import { renewLease } from "./renew-lease.ts";

export interface RunJobOptions {
  readonly database: Database;
  readonly kinds: readonly JobKind[];
  readonly log: Log;
  /** How long a worker may be silent before its job is another's. Default 30 s. */
  readonly leaseMs?: number;
  /** How often a running job says that it goes on, and hears that it was cancelled. Default 1 s. */
  readonly heartbeatMs?: number;
  /** Puts the running job back. */
  readonly signal?: AbortSignal;
}

const cancelled = Symbol("cancelled");
const lost = Symbol("lost");

/** Runs the next job that is due, to its end. Answers its id; nothing when there is none. */
export async function runNextJob(options: RunJobOptions): Promise<string | undefined> {
  const { database, kinds, leaseMs = 30_000 } = options;
  const job = await claimJob(
    database,
    kinds.map(({ name }) => name),
    leaseMs,
  );
  if (job === undefined) return undefined;
  await run(job, options);
  return job.id;
}

async function run(job: ClaimedJob, { database, kinds, log, leaseMs = 30_000, heartbeatMs = 1_000, signal }: RunJobOptions): Promise<void> {
  const kind = kinds.find(({ name }) => name === job.kind);
  const stop = new AbortController();
  const jobLog = createJobLog(database, job.id);
  let progress: JobProgress | undefined;
  let beating: Promise<void> = Promise.resolve();
  const beat = async () => {
    // The database out of reach for a moment is no reason to stop; out of reach for longer, the lease ends and the last write is refused.
    const state = await renewLease(database, job, leaseMs, progress).catch(() => "held" as const);
    if (state === "cancelled") stop.abort(cancelled);
    if (state === "lost") stop.abort(lost);
  };
  const heart = setInterval(() => {
    beating = beating.then(beat);
  }, heartbeatMs);
  const leave = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted) leave();

  try {
    if (kind === undefined) throw new TenfoldError("invalid-input", `This hub knows no job ${job.kind}.`);
    await beat();
    stop.signal.throwIfAborted();
    if (job.attempt > 1) jobLog.write(`attempt ${job.attempt} of ${job.mostAttempts}`);
    const outcome = await kind.run(parse(kind.input, job.input, `job ${job.kind}`, "invalid-input"), {
      jobId: job.id,
      attempt: job.attempt,
      signal: stop.signal,
      progress: (next) => {
        progress = next;
      },
      log: jobLog.write,
    });
    stop.signal.throwIfAborted();
    await jobLog.flush();
    if (!(await completeJob(database, job, outcome))) log.warn(`job ${job.id} was taken by another worker; nothing of it was written here`);
  } catch (error) {
    await end(error);
  } finally {
    clearInterval(heart);
    signal?.removeEventListener("abort", leave);
    await beating;
    await jobLog.flush();
  }

  async function end(error: unknown): Promise<void> {
    const reason = stop.signal.aborted ? stop.signal.reason : undefined;
    if (reason === lost) return log.warn(`job ${job.id} was taken by another worker`);
    if (reason === cancelled) {
      jobLog.write("cancelled");
      return endCancelled(database, job);
    }
    if (stop.signal.aborted) {
      jobLog.write("the worker stops; the job goes on with the next one");
      return returnJob(database, job);
    }
    jobLog.write(error instanceof Error ? error.message : String(error), "warning");
    const { retryMs } = await failJob(database, job, error);
    if (retryMs !== undefined) jobLog.write(`tried again in ${Math.round(retryMs / 1000)} s`);
    log.warn(`job ${job.id} (${job.title}): ${error instanceof Error ? error.message : String(error)}`);
  }
}
