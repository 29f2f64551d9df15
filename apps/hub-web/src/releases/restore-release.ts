import { type ChannelId, type Release, TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Actor } from "../people/actor.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { contentsOfRelease } from "../publishing/release-contents.ts";
import { waitForTurn } from "../publishing/wait-for-turn.ts";

/**
 * Publishes what an older release published as a new one, and makes that the approved state: what was approved since is a draft
 * again, so that the next release does not bring it back unseen.
 * @throws TenfoldError `invalid-input` when there is no such release
 */
export async function restoreRelease(
  transaction: Transaction,
  actor: Actor,
  { number, channel, note }: { number: number; channel: ChannelId; note?: string | undefined },
  now: Date,
): Promise<Release> {
  await waitForTurn(transaction);
  if (!(await transaction.release.findUnique({ where: { number } }))) throw new TenfoldError("invalid-input", `There is no release ${number}.`);
  const contents = await contentsOfRelease(transaction, number);
  const restoredOf = new Map(contents.map(({ modelId, manifestSha256 }) => [modelId, manifestSha256]));
  const models = await transaction.model.findMany({ select: { id: true, state: true, approvedSha256: true } });
  for (const { id, state, approvedSha256 } of models) {
    const restored = restoredOf.get(id) ?? null;
    if (restored === approvedSha256) continue;
    const approval = await transaction.review.findFirst({
      where: { modelId: id, manifestSha256: restored ?? "", decision: "approved" },
      orderBy: { id: "desc" },
    });
    await transaction.model.update({
      where: { id },
      data: {
        approvedSha256: restored,
        // What the hub began with was approved as revision 1 by nobody's review.
        approvedRevision: restored === null ? null : (approval?.revision ?? 1),
        ...(state === "approved" && { state: "draft" }),
      },
    });
  }
  const release = await publishRelease(transaction, { channel, publishedAt: now, contents, publishedBy: actor.name, note, restores: number });
  await recordAudit(transaction, actor, "release.restore", `release ${release.number}`, { channel, restores: number });
  return release;
}
