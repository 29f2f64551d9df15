import { createHash } from "node:crypto";
import { canonicalJson, idSchema, type Manifest, manifestSchema, parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import type { Transaction } from "../database/transaction.ts";
import { diffDocuments } from "../diff/diff-documents.ts";
import { type FieldChange, isFields, namedEntries } from "../diff/field-change.ts";
import { draftOfModel, manifestInclude } from "../publishing/manifest-of-model.ts";
import { mergeManifest } from "./merge-manifest.ts";

export const importChoiceSchema = z.object({
  proposalId: z.uuid(),
  models: z
    .array(
      z.object({ proposedId: idSchema, id: idSchema, variants: z.array(idSchema).min(1).max(1000), keep: z.array(z.string().max(40)).max(20).default([]) }),
    )
    .min(1)
    .max(500),
});
export type ImportChoices = z.output<typeof importChoiceSchema>;

export interface PlannedModel {
  readonly id: string;
  readonly action: "create" | "update" | "nothing";
  readonly changes: readonly FieldChange[];
  /** The model as it would be. */
  readonly manifest: Manifest;
}

export interface ImportPlan {
  readonly models: readonly PlannedModel[];
  /** Of all that would be changed, from and to: whoever applies the plan says which one they saw. */
  readonly digest: string;
}

/**
 * What an import would change, field by field. Nothing is written.
 * @throws TenfoldError `invalid-input` for a proposal or a choice that does not exist.
 */
export async function planImport(database: Transaction, { proposalId, models }: ImportChoices): Promise<ImportPlan> {
  const proposal = await findProposal(database, proposalId);
  const planned: PlannedModel[] = [];
  for (const { proposedId, ...choice } of models) {
    const proposed = proposal.manifests.find(({ id }) => id === proposedId);
    const unknown = choice.variants.find((id) => !proposed?.variants.some((variant) => variant.id === id));
    if (proposed === undefined || unknown !== undefined)
      throw new TenfoldError("invalid-input", `The import proposes no ${proposedId}${unknown === undefined ? "" : `:${unknown}`}.`);
    const row = await database.model.findUnique({ where: { id: choice.id }, include: manifestInclude });
    const current = row === null ? undefined : draftOfModel(row);
    const manifest = parse(manifestSchema, mergeManifest(current, proposed, choice), `manifest of ${choice.id}`);
    // Against nothing, so that a new model is shown field by field as well.
    const changes = diffDocuments(current ?? { variants: [] }, manifest).flatMap(fieldByField);
    planned.push({ id: choice.id, action: current === undefined ? "create" : changes.length > 0 ? "update" : "nothing", changes, manifest });
  }
  const digest = createHash("sha256")
    .update(canonicalJson(planned.map(({ id, changes }) => ({ id, changes }))))
    .digest("hex");
  return { models: planned, digest };
}

/** What is new or gone as a whole, told by its parts: a lump of JSON hides what is in it. Who says so of a value stays one. */
function fieldByField(change: FieldChange): FieldChange[] {
  const { path, before, after } = change;
  if ((before === undefined) === (after === undefined) || path.endsWith(".evidence")) return [change];
  const value = after ?? before;
  const parts = isFields(value)
    ? Object.entries(value).map(([key, part]) => [`${path}.${key}`, part] as const)
    : [...(namedEntries(value) ?? [])].map(([key, part]) => [`${path}[${key}]`, part] as const);
  if (parts.length === 0) return [change];
  return parts.flatMap(([key, part]) => fieldByField({ path: key, ...(after === undefined ? { before: part } : { after: part }) }));
}

export interface Proposal {
  readonly id: string;
  readonly origin: string;
  readonly createdAt: string;
  readonly manifests: readonly Manifest[];
}

/** @throws TenfoldError `invalid-input` when there is none. */
export async function findProposal(database: Transaction, id: string): Promise<Proposal> {
  const row = await database.importProposal.findUnique({ where: { id } });
  if (row === null) throw new TenfoldError("invalid-input", "There is no such import any more.", { remedy: "Look the model up again." });
  const manifests = parse(z.array(manifestSchema), row.manifests, "proposal");
  return { id, origin: row.origin, createdAt: row.createdAt.toISOString(), manifests };
}

const keptMs = 7 * 24 * 3_600_000;

/** Keeps what was read, for a week, and answers its id. */
export async function saveProposal(
  database: Transaction,
  { origin, manifests, ...rest }: { id?: string; origin: string; manifests: readonly Manifest[]; createdBy?: string },
): Promise<string> {
  await database.importProposal.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - keptMs) } } });
  const shown = origin.split("?")[0] ?? origin;
  const { id } = await database.importProposal.create({
    data: { origin: shown, manifests: manifests as object[], ...rest },
  });
  return id;
}
