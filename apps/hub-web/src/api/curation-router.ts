import { idSchema, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { discardModel } from "../curation/discard-model.ts";
import { listDrafts } from "../curation/list-drafts.ts";
import { modelEditSchema } from "../curation/model-edit.ts";
import { statusNames } from "../curation/model-status.ts";
import { readDraft } from "../curation/read-draft.ts";
import { saveModel } from "../curation/save-model.ts";
import { addComment, approveReview, requestReview, returnReview, withdrawReview } from "../review/reviews.ts";
import { curatorProcedure, reviewerProcedure, router, viewerProcedure } from "./trpc.ts";

const revisionSchema = z.int().nonnegative();
const commentSchema = z.string().trim().max(4000);
const stepSchema = z.object({ id: idSchema, revision: revisionSchema, comment: commentSchema.optional() });

/** Models as they are edited and reviewed. */
export const curationRouter = router({
  list: viewerProcedure
    .input(z.object({ q: z.string().max(200).optional(), status: z.enum(statusNames).optional(), page: z.int().positive().max(100_000).default(1) }))
    .query(({ ctx: { hub }, input }) => listDrafts(hub.database, input)),
  byId: viewerProcedure.input(z.object({ id: idSchema })).query(async ({ ctx: { hub }, input: { id } }) => {
    const found = await readDraft(hub.database, id);
    if (found === undefined) throw new TenfoldError("unknown-model", `This hub has no model ${id}.`);
    return found;
  }),
  /** Answers the new revision. A conflict's `data.tenfold.details` hold both edits. */
  save: curatorProcedure
    .input(z.object({ revision: revisionSchema, model: modelEditSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => saveModel(transaction, actor, input, hub.clock()), longer)),
  /** Removes a model that nothing was ever published of. */
  discard: curatorProcedure
    .input(z.object({ id: idSchema }))
    .mutation(({ ctx: { hub, actor }, input: { id } }) => hub.database.$transaction((transaction) => discardModel(transaction, actor, id))),
  comment: curatorProcedure
    .input(z.object({ id: idSchema, revision: revisionSchema, comment: commentSchema.min(1) }))
    .mutation(({ ctx: { hub, actor }, input }) => addComment(hub.database, actor, input, hub.clock())),
  requestReview: curatorProcedure
    .input(stepSchema)
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => requestReview(transaction, actor, input, hub.clock()))),
  withdrawReview: curatorProcedure
    .input(stepSchema)
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => withdrawReview(transaction, actor, input, hub.clock()))),
  approve: reviewerProcedure
    .input(stepSchema)
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => approveReview(transaction, actor, input, hub.clock()))),
  return: reviewerProcedure
    .input(stepSchema.extend({ comment: commentSchema.min(1, "say what is to be changed") }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => returnReview(transaction, actor, input, hub.clock()))),
});

/** A model may have thousands of files. */
const longer = { timeout: 60_000 };
