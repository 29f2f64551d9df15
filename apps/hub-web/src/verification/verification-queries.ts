import { parse } from "@tenfold/catalog";
import { z } from "zod";
import type { Database } from "../database/open-database.ts";
import type { Transaction } from "../database/transaction.ts";
import { type Check, checkSchema, type VerifiedFile, verifiedFileSchema } from "./check.ts";

/** What a row keeps as JSON. */
const evidenceSchema = z.object({
  verdict: z.enum(["verified", "refused"]),
  files: z.array(verifiedFileSchema),
  checks: z.array(checkSchema),
  tools: z.record(z.string(), z.string()),
});

/** What was found when a variant was looked at: evidence. */
export interface VerificationView {
  readonly id: string;
  readonly jobId: string;
  readonly variant: string;
  readonly verdict: "verified" | "refused";
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly files: readonly VerifiedFile[];
  readonly checks: readonly Check[];
  readonly tools: Readonly<Record<string, string>>;
}

/** The newest first; of one variant, or of all that a model has. */
export async function listVerifications(
  database: Database,
  { modelId, variant, limit = 50 }: { modelId: string; variant?: string | undefined; limit?: number | undefined },
): Promise<VerificationView[]> {
  const rows = await database.verification.findMany({
    where: { modelId, ...(variant !== undefined && { variant }) },
    orderBy: { id: "desc" },
    take: limit,
    omit: { log: true },
  });
  return rows.map(({ id, jobId, variant: of, startedAt, finishedAt, ...kept }) => ({
    id,
    jobId,
    variant: of,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ...parse(evidenceSchema, kept, `verification ${id}`, "storage-failed"),
  }));
}

export interface DriftView {
  readonly id: string;
  readonly modelId: string;
  readonly kind: string;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  readonly foundAt: string;
}

/** Alerts that nobody has seen yet. */
export async function listDrifts(database: Database, modelId?: string): Promise<DriftView[]> {
  const rows = await database.driftAlert.findMany({ where: { seenAt: null, ...(modelId !== undefined && { modelId }) }, orderBy: { id: "desc" }, take: 200 });
  return rows.map(({ id, modelId: model, kind, subject, before, after, foundAt }) => ({
    id,
    modelId: model,
    kind,
    subject,
    before,
    after,
    foundAt: foundAt.toISOString(),
  }));
}

/** Puts an alert away. Answers whether there was one. */
export async function acknowledgeDrift(transaction: Transaction, id: string, seenBy: string, now: Date): Promise<boolean> {
  return (await transaction.driftAlert.updateMany({ where: { id, seenAt: null }, data: { seenAt: now, seenBy } })).count > 0;
}
