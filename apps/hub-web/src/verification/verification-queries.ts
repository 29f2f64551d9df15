import type { Database } from "../database/open-database.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Check, VerifiedFile } from "./check.ts";

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
  return rows.map(({ modelId: _model, startedAt, finishedAt, verdict, files, checks, tools, ...row }) => ({
    ...row,
    verdict: verdict as VerificationView["verdict"],
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    files: files as unknown as VerifiedFile[],
    checks: checks as unknown as Check[],
    tools: tools as Record<string, string>,
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
