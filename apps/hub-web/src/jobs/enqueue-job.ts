import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";

export interface NewJob {
  readonly kind: string;
  readonly title: string;
  readonly modelId?: string;
  readonly input: Prisma.InputJsonObject;
  /** While a job of this key waits or runs, no second one is added. */
  readonly key?: string;
  readonly mostAttempts?: number;
  readonly runAt?: Date;
  /** Who asked for it. */
  readonly createdBy?: string;
}

/** Adds a job and answers its id; of a key that waits or runs already, the id of that one. In a transaction it is there when the rest is. */
export async function enqueueJob(database: Transaction, { mostAttempts = 5, ...job }: NewJob): Promise<string> {
  for (;;) {
    // createMany with skipDuplicates is ON CONFLICT DO NOTHING: it breaks no transaction, and the partial index counts as well.
    const [created] = await database.job.createManyAndReturn({ data: [{ ...job, mostAttempts }], select: { id: true }, skipDuplicates: true });
    if (created) return created.id;
    const standing = await database.job.findFirst({ where: { key: job.key ?? null, state: { in: ["queued", "running"] } }, select: { id: true } });
    if (standing) return standing.id;
    // It ended in between.
  }
}
