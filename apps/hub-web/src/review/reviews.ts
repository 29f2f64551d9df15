import { TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import { authorsOf } from "../curation/authors-of.ts";
import { lockModel } from "../curation/record-revision.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Actor } from "../people/actor.ts";
import { approveManifest, keepManifest } from "./approve-manifest.ts";

export interface ReviewStep {
  readonly id: string;
  /** The revision that the person looked at. */
  readonly revision: number;
  readonly comment?: string | undefined;
}

/** Asks others to look at a model as it stands. @throws TenfoldError `invalid-manifest` naming what is missing, `conflict`, `illegal-transition` */
export async function requestReview(transaction: Transaction, actor: Actor, { id, revision, comment }: ReviewStep, now: Date): Promise<void> {
  const row = await lockedModel(transaction, id, revision, "draft", "There is nothing new to review.");
  const manifestSha256 = await keepManifest(transaction, row);
  await transaction.review.create({
    data: { modelId: id, revision, manifestSha256, requestedById: actor.userId, requestedBy: actor.name, requestedAt: now },
  });
  await transaction.model.update({ where: { id }, data: { state: "inReview" } });
  await recordAudit(transaction, actor, "review.request", `model ${id}`, { revision, manifest: manifestSha256 });
  await addComment(transaction, actor, { id, revision, comment }, now);
}

/**
 * Lets releases publish what was looked at. Whoever wrote a part of it cannot, but in a hub with one user.
 * @throws TenfoldError `forbidden`, `conflict`, `illegal-transition`
 */
export async function approveReview(transaction: Transaction, actor: Actor, { id, revision, comment }: ReviewStep, now: Date): Promise<void> {
  const row = await lockedModel(transaction, id, revision, "inReview", "Nobody has asked for a review.");
  const review = await openReview(transaction, id);
  const byAuthor = (await authorsOf(transaction, row)).includes(actor.userId) || review.requestedById === actor.userId;
  if (byAuthor && (await transaction.user.count({ where: { disabledAt: null } })) > 1) {
    throw new TenfoldError("forbidden", "Whoever wrote a change cannot approve it.", { remedy: "Ask another reviewer to look at it." });
  }
  const sha256 = await keepManifest(transaction, row);
  if (sha256 !== review.manifestSha256)
    throw new TenfoldError("conflict", "The model is not what the review was asked for.", { remedy: "Ask for a review again." });
  await transaction.review.update({ where: { id: review.id }, data: { ...decided(actor, now), decision: "approved", byAuthor } });
  await approveManifest(transaction, id, sha256, revision);
  await recordAudit(transaction, actor, "review.approve", `model ${id}`, { revision, manifest: sha256, ...(byAuthor && { byAuthor }) });
  await addComment(transaction, actor, { id, revision, comment }, now);
}

/** Gives a model back to its authors, with a reason. */
export async function returnReview(
  transaction: Transaction,
  actor: Actor,
  { id, revision, comment }: ReviewStep & { comment: string },
  now: Date,
): Promise<void> {
  await lockedModel(transaction, id, revision, "inReview", "Nobody has asked for a review.");
  const review = await openReview(transaction, id);
  await transaction.review.update({ where: { id: review.id }, data: { ...decided(actor, now), decision: "returned" } });
  await transaction.model.update({ where: { id }, data: { state: "draft" } });
  await recordAudit(transaction, actor, "review.return", `model ${id}`, { revision, reason: comment });
  await addComment(transaction, actor, { id, revision, comment }, now);
}

/** Takes the question back. */
export async function withdrawReview(transaction: Transaction, actor: Actor, { id, revision }: ReviewStep, now: Date): Promise<void> {
  await lockedModel(transaction, id, revision, "inReview", "Nobody has asked for a review.");
  const review = await openReview(transaction, id);
  await transaction.review.update({ where: { id: review.id }, data: { ...decided(actor, now), decision: "withdrawn" } });
  await transaction.model.update({ where: { id }, data: { state: "draft" } });
  await recordAudit(transaction, actor, "review.withdraw", `model ${id}`, { revision });
}

/** Says something of a model; nothing when there is nothing to say. */
export async function addComment(transaction: Transaction, actor: Actor, { id, revision, comment }: ReviewStep, now: Date): Promise<void> {
  if (comment === undefined || comment.trim() === "") return;
  await transaction.reviewComment.create({ data: { modelId: id, revision, userId: actor.userId, author: actor.name, text: comment.trim(), at: now } });
}

async function lockedModel(transaction: Transaction, id: string, revision: number, state: "draft" | "inReview", otherwise: string) {
  const row = await lockModel(transaction, id);
  if (row.revision !== revision) {
    throw new TenfoldError("conflict", `${row.name} was changed since you looked at it.`, { remedy: "Look at it again.", details: { revision: row.revision } });
  }
  if (row.state !== state) throw new TenfoldError("illegal-transition", otherwise, { remedy: "Look at the model again: somebody may have been faster." });
  return row;
}

async function openReview(transaction: Transaction, modelId: string) {
  return transaction.review.findFirstOrThrow({ where: { modelId, decision: null } });
}

function decided(actor: Actor, now: Date) {
  return { decidedById: actor.userId, decidedBy: actor.name, decidedAt: now };
}
