import { TenfoldError } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";

export interface VerificationRequest {
  readonly modelId: string;
  readonly variant: string;
  /** Whether the hub keeps the files and serves them. */
  readonly keep: boolean;
  readonly createdBy?: string;
}

/**
 * Has a variant verified, and answers the job's id. Asked again while it waits or runs, that job is the answer.
 * @throws TenfoldError `unknown-variant`
 */
export async function requestVerification(database: Transaction, { modelId, variant, keep, createdBy }: VerificationRequest): Promise<string> {
  const row = await database.variant.findUnique({ where: { modelId_name: { modelId, name: variant } }, select: { id: true } });
  if (row === null) throw new TenfoldError("unknown-variant", `There is no ${modelId}:${variant}.`);
  return enqueueJob(database, {
    kind: "verify-variant",
    title: `Verify ${modelId}:${variant}`,
    modelId,
    input: { modelId, variant, keep },
    key: `verify ${modelId}:${variant}`,
    ...(createdBy !== undefined && { createdBy }),
  });
}
