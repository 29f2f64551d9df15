import { channelIdSchema, idSchema, type Release, sha256Schema } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import type { Transaction } from "../database/transaction.ts";
import type { Hub } from "../hub/open-hub.ts";
import { publishApproved } from "../releases/publish-approved.ts";
import { listReleases, previewRelease, readRelease } from "../releases/read-release.ts";
import { restoreRelease } from "../releases/restore-release.ts";
import { revoke } from "../releases/revoke.ts";
import { publicProcedure, reviewerProcedure, router, viewerProcedure } from "./trpc.ts";

const numberSchema = z.int().positive();
const noteSchema = z.string().trim().max(2000).optional();
const reasonSchema = z.string().trim().min(1, "say why").max(1000);

export const releasesRouter = router({
  list: publicProcedure
    .input(z.object({ before: numberSchema.optional(), limit: z.int().positive().max(100).default(50) }))
    .query(({ ctx: { hub }, input }) => listReleases(hub.database, input)),
  byNumber: publicProcedure.input(z.object({ number: numberSchema })).query(async ({ ctx: { hub }, input: { number } }) => {
    const found = await readRelease(hub.database, number);
    if (found === undefined) throw new TRPCError({ code: "NOT_FOUND", message: `There is no release ${number}.` });
    return found;
  }),
  preview: viewerProcedure.input(z.object({ channel: channelIdSchema })).query(({ ctx: { hub }, input: { channel } }) => previewRelease(hub.database, channel)),
  /** Answers the release's number. */
  publish: reviewerProcedure
    .input(z.object({ channel: channelIdSchema, current: numberSchema.optional(), note: noteSchema }))
    .mutation(({ ctx: { hub, actor }, input: { channel, current, note } }) =>
      publishing(hub, (transaction) => publishApproved(transaction, actor, { channel, current, note }, hub.clock())),
    ),
  restore: reviewerProcedure
    .input(z.object({ number: numberSchema, channel: channelIdSchema, note: noteSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => publishing(hub, (transaction) => restoreRelease(transaction, actor, input, hub.clock()))),
  revoke: reviewerProcedure
    .input(
      z.union([
        z.strictObject({ modelId: idSchema, variant: z.optional(idSchema), reason: reasonSchema }),
        z.strictObject({ sha256: sha256Schema, reason: reasonSchema }),
      ]),
    )
    .mutation(({ ctx: { hub, actor }, input }) =>
      publishing(hub, async (transaction) => {
        const [first] = await revoke(transaction, actor, input as Parameters<typeof revoke>[2], hub.clock());
        if (first === undefined) throw new TRPCError({ code: "CONFLICT", message: "Nothing is published yet." });
        return first;
      }),
    ),
});

/** Publishes, and signs at once: clients see nothing of it before. What is published and not signed, because the process died, is signed at its next start. */
async function publishing(hub: Hub, work: (transaction: Transaction) => Promise<Release>): Promise<{ number: number }> {
  const { number } = await hub.database.$transaction(work, { timeout: 600_000 });
  await hub.signer.sign();
  return { number };
}
