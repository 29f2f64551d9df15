import { z } from "zod";
import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";

/** How far a job is, for people who watch. */
export const jobProgressSchema = z.object({
  /** In a few words: "reading model.gguf". */
  stage: z.string(),
  doneBytes: z.number().exactOptional(),
  totalBytes: z.number().exactOptional(),
});
export type JobProgress = Readonly<z.infer<typeof jobProgressSchema>>;

/** What stopped a job, for people. */
export const jobErrorSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string() });

/** What a job is given while it runs. */
export interface JobContext {
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when somebody cancels the job, when another worker has taken it, and when this worker stops. */
  readonly signal: AbortSignal;
  progress(progress: JobProgress): void;
  log(message: string, level?: "info" | "warning"): void;
}

export interface JobOutcome {
  /** Kept with the job, for people and programs. */
  readonly result: Prisma.InputJsonValue;
  /** What the job changes. Runs in the transaction that ends the job, so that it happens exactly once: both or neither. */
  readonly write?: (transaction: Transaction) => Promise<void>;
}

/** One kind of work. `run` may be tried again from the start: what it does before `write` must bear that. */
export interface JobKind<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly input: Schema;
  readonly mostAttempts: number;
  run(input: z.output<Schema>, context: JobContext): Promise<JobOutcome>;
}

/** Lets a kind with its own input stand in a list of kinds. */
export function jobKind<Schema extends z.ZodType>(kind: JobKind<Schema>): JobKind {
  return kind as unknown as JobKind;
}
