import { TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import { diffDocuments } from "../diff/diff-documents.ts";
import { mergeDocuments } from "../diff/merge-documents.ts";
import type { Actor } from "../people/actor.ts";
import { draftOfModel, type ModelDraft } from "../publishing/manifest-of-model.ts";
import { modelColumns } from "../publishing/rows-of-manifest.ts";
import { draftOfEdit } from "./draft-of-edit.ts";
import { editOfDraft } from "./edit-of-draft.ts";
import type { ModelEdit } from "./model-edit.ts";
import { lockModel, recordRevision } from "./record-revision.ts";
import { writeDraft } from "./write-draft.ts";

export interface SaveModel {
  /** The revision that the edit began from; 0 for a new model. */
  readonly revision: number;
  readonly model: ModelEdit;
}

/**
 * Saves an edit. When somebody else saved meanwhile, nothing is written.
 * @returns the new revision; the old one when nothing was changed
 * @throws TenfoldError `conflict` with `details`: `revision`, `by`, `at`, `base` (as it was at `revision` of the edit), `theirs` (as the model is now), `conflicts` (fields that both changed) and
 * `merged` (both edits together, theirs where both changed a field); `invalid-input` for a new model whose id is taken; `unknown-model`
 */
export async function saveModel(transaction: Transaction, actor: Actor, { revision, model: edit }: SaveModel, now: Date): Promise<number> {
  if (revision === 0) return createModel(transaction, actor, edit, now);
  const row = await lockModel(transaction, edit.id);
  const current = draftOfModel(row);
  if (row.revision !== revision) throw await conflict(transaction, edit, revision, current, row.revision);
  const draft = draftOfEdit(edit, current, { by: actor.name, at: now });
  const changes = diffDocuments(current, draft);
  if (changes.length === 0) return revision;
  await writeDraft(transaction, draft);
  const next = await recordRevision(transaction, actor, edit.id);
  await recordAudit(transaction, actor, "model.update", `model ${edit.id}`, { revision: next, fields: changes.map(({ path }) => path).slice(0, 100) });
  return next;
}

async function createModel(transaction: Transaction, actor: Actor, edit: ModelEdit, now: Date): Promise<number> {
  const draft = draftOfEdit(edit, undefined, { by: actor.name, at: now });
  // Of two who take one id at the same moment, the second waits here for the first, and finds it taken.
  const { count } = await transaction.model.createMany({ data: [{ id: edit.id, ...modelColumns(draft) }], skipDuplicates: true });
  if (count === 0) throw new TenfoldError("invalid-input", `There is a model ${edit.id} already.`, { remedy: "Open that one, or choose another id." });
  await writeDraft(transaction, draft);
  await recordAudit(transaction, actor, "model.create", `model ${edit.id}`);
  return recordRevision(transaction, actor, edit.id);
}

async function conflict(transaction: Transaction, mine: ModelEdit, revision: number, current: ModelDraft, currentRevision: number): Promise<TenfoldError> {
  const [base, last] = await Promise.all(
    [revision, currentRevision].map((number) => transaction.modelRevision.findUnique({ where: { modelId_number: { modelId: mine.id, number } } })),
  );
  if (!base) return new TenfoldError("invalid-input", `The model ${mine.id} has no revision ${revision}.`, { remedy: "Open the model anew." });
  const [begun, theirs] = [editOfDraft(base.content as unknown as ModelDraft), editOfDraft(current)];
  const { merged, conflicts } = mergeDocuments(begun, theirs, mine);
  const by = last?.actor ?? "somebody";
  return new TenfoldError("conflict", `${by} saved ${mine.name} while you were editing it. Nothing of yours is lost, and nothing was written yet.`, {
    details: { revision: currentRevision, by, at: last?.at.toISOString(), base: begun, theirs, merged, conflicts },
  });
}
