import { TenfoldError } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { enqueueJob } from "./enqueue-job.ts";

/**
 * Adds a job like one that has ended, and answers the id of the new one.
 * @throws TenfoldError `invalid-input` when there is no such job, or it has not ended.
 */
export async function restartJob(database: Transaction, id: string, createdBy?: string): Promise<string> {
  const job = await database.job.findUnique({ where: { id } });
  if (job === null || job.finishedAt === null)
    throw new TenfoldError("invalid-input", "There is no such job that has ended.", { remedy: "Look at the list of jobs." });
  const { kind, title, modelId, input, key, mostAttempts } = job;
  return enqueueJob(database, {
    kind,
    title,
    input: input as Prisma.InputJsonObject,
    mostAttempts,
    ...(modelId !== null && { modelId }),
    ...(key !== null && { key }),
    ...(createdBy !== undefined && { createdBy }),
  });
}
