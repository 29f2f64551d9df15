import { type ChannelId, type Release, TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Actor } from "../people/actor.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { waitForTurn } from "../publishing/wait-for-turn.ts";

export interface ReleaseToPublish {
  readonly channel: ChannelId;
  /** The release that the preview was compared with: what one publishes is what one saw. */
  readonly current: number | undefined;
  readonly note?: string | undefined;
}

/** Publishes what is approved. @throws TenfoldError `conflict` when the channel has moved since the preview */
export async function publishApproved(transaction: Transaction, actor: Actor, { channel, current, note }: ReleaseToPublish, now: Date): Promise<Release> {
  await waitForTurn(transaction);
  const served = await transaction.channel.findUnique({ where: { id: channel } });
  if (served?.releaseNumber !== current) {
    throw new TenfoldError("conflict", `Somebody published release ${served?.releaseNumber} meanwhile.`, { remedy: "Look at the preview again." });
  }
  const release = await publishRelease(transaction, { channel, publishedAt: now, publishedBy: actor.name, note });
  await recordAudit(transaction, actor, "release.publish", `release ${release.number}`, { channel, models: release.models.length });
  return release;
}
