import { TenfoldError } from "@tenfold/catalog";
import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
import { recordRevision } from "../curation/record-revision.ts";
import { writeDraft } from "../curation/write-draft.ts";
import type { Transaction } from "../database/transaction.ts";
import { type ImportChoices, type ImportPlan, planImport } from "./plan-import.ts";

/** The advisory lock under which imports are applied: any number that nothing else uses. */
const importing = 7_365_003;

/**
 * Does what the plan says: models that do not exist are made, others changed. All of it, in one transaction, or nothing.
 * @param digest of the plan that the person saw
 * @throws TenfoldError `conflict` when it would change other things by now.
 */
export async function applyImport(transaction: Transaction, choices: ImportChoices, digest: string, actor: AuditActor): Promise<ImportPlan> {
  await transaction.$executeRaw`select pg_advisory_xact_lock(${importing}::bigint)`;
  const plan = await planImport(transaction, choices);
  if (plan.digest !== digest) {
    throw new TenfoldError("conflict", "The import would change other things than were shown: somebody has edited the model meanwhile.", {
      remedy: "Look at the changes again, then import.",
    });
  }
  for (const { id, action, changes, manifest } of plan.models) {
    if (action === "nothing") continue;
    await writeDraft(transaction, manifest);
    const revision = await recordRevision(transaction, actor, id);
    await recordAudit(transaction, actor, "model.import", `model ${id}`, { action, revision, proposal: choices.proposalId, fields: changes.length });
  }
  return plan;
}
