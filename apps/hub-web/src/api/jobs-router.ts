import { idSchema } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { recordAudit } from "../audit/record-audit.ts";
import { JobState } from "../generated/prisma/enums.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import { findJob, listJobs } from "../jobs/job-queries.ts";
import { restartJob } from "../jobs/restart-job.ts";
import { watchJob } from "../jobs/watch-job.ts";
import { permits } from "../people/actor.ts";
import { requestVerification } from "../verification/request-verification.ts";
import { acknowledgeDrift, listDrifts, listVerifications } from "../verification/verification-queries.ts";
import { curatorProcedure, router, viewerProcedure } from "./trpc.ts";

const jobIdSchema = z.object({ id: z.uuid() });

export const jobsRouter = router({
  list: viewerProcedure
    .input(
      z
        .object({ modelId: z.optional(idSchema), state: z.enum(JobState).optional(), limit: z.int().min(1).max(200).default(50), after: z.uuid().optional() })
        .prefault({}),
    )
    .query(({ ctx: { hub }, input }) => listJobs(hub.database, input)),
  /** A job, and the lines of its log after one that was seen. */
  byId: viewerProcedure.input(jobIdSchema.extend({ afterLine: z.int().min(0).default(0) })).query(async ({ ctx: { hub }, input: { id, afterLine } }) => {
    const found = await findJob(hub.database, id, afterLine);
    if (found === undefined) throw new TRPCError({ code: "NOT_FOUND", message: "There is no such job." });
    return found;
  }),
  /** A job and the lines of its log as they come, until it has ended, by server-sent events. Who may not wait here asks `byId` again and again. */
  watch: viewerProcedure.input(jobIdSchema.extend({ afterLine: z.int().min(0).default(0) })).subscription(async function* ({
    ctx: { hub, actor, actorNow },
    input: { id, afterLine },
    signal = new AbortController().signal,
  }) {
    const giveBack = hub.watchPlaces.take(actor.userId);
    if (giveBack === undefined) throw new TRPCError({ code: "TOO_MANY_REQUESTS", message: "Too many pages watch jobs at once." });
    try {
      const mayWatch = async () => {
        const now = actorNow === undefined ? actor : await actorNow();
        return now !== undefined && permits(now, "viewer");
      };
      yield* watchJob(hub.database, id, { afterLine, signal: AbortSignal.any([signal, hub.stopping]), mayWatch });
    } finally {
      giveBack();
    }
  }),
  cancel: curatorProcedure.input(jobIdSchema).mutation(({ ctx: { hub, actor }, input: { id } }) =>
    hub.database.$transaction(async (transaction) => {
      await cancelJob(transaction, id);
      await recordAudit(transaction, actor, "job.cancel", `job ${id}`);
    }),
  ),
  /** Adds a job like one that has ended. */
  restart: curatorProcedure.input(jobIdSchema).mutation(({ ctx: { hub, actor }, input: { id } }) =>
    hub.database.$transaction(async (transaction) => {
      const next = await restartJob(transaction, id, actor.name);
      await recordAudit(transaction, actor, "job.restart", `job ${id}`, { next });
      return { id: next };
    }),
  ),
  /** Has a variant verified. */
  verify: curatorProcedure.input(z.object({ modelId: idSchema, variant: idSchema, keep: z.boolean() })).mutation(({ ctx: { hub, actor }, input }) =>
    hub.database.$transaction(async (transaction) => {
      const id = await requestVerification(transaction, { ...input, createdBy: actor.name });
      await recordAudit(transaction, actor, "model.verify", `model ${input.modelId}`, { variant: input.variant, job: id });
      return { id };
    }),
  ),
  /** The evidence for a model's variants, newest first. */
  verifications: viewerProcedure
    .input(z.object({ modelId: idSchema, variant: z.optional(idSchema), limit: z.int().min(1).max(200).optional() }))
    .query(({ ctx: { hub }, input }) => listVerifications(hub.database, input)),
  /** Upstreams that moved, until somebody has seen it. */
  drifts: viewerProcedure
    .input(z.object({ modelId: z.optional(idSchema) }).prefault({}))
    .query(({ ctx: { hub }, input }) => listDrifts(hub.database, input.modelId)),
  acknowledgeDrift: curatorProcedure.input(jobIdSchema).mutation(({ ctx: { hub, actor }, input: { id } }) =>
    hub.database.$transaction(async (transaction) => {
      const seen = await acknowledgeDrift(transaction, id, actor.name, hub.clock());
      if (seen) await recordAudit(transaction, actor, "drift.seen", `drift ${id}`);
      return { seen };
    }),
  ),
});
