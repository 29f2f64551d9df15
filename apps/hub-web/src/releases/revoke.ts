import { type ChannelId, type Release, TenfoldError } from "@tenfold/catalog";
import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { contentsOfRelease } from "../publishing/release-contents.ts";
import { waitForTurn } from "../publishing/wait-for-turn.ts";

/** What is revoked: a model, a variant of it, or every variant that holds a file. */
export interface RevocationToMake {
  readonly modelId?: string;
  readonly variant?: string;
  readonly sha256?: string;
  /** Shown to whoever would use it. */
  readonly reason: string;
}

/**
 * Revokes at once: each channel gets a release with what it held and the revocation, and nothing else that waits.
 * @throws TenfoldError `unknown-model`: a revocation stays, and a name that was misspelt would be taken for good
 */
export async function revoke(transaction: Transaction, actor: AuditActor, revocation: RevocationToMake, now: Date): Promise<Release[]> {
  await waitForTurn(transaction);
  const { modelId, variant, sha256, reason } = revocation;
  if (modelId !== undefined && (await transaction.model.findUnique({ where: { id: modelId } })) === null) {
    throw new TenfoldError("unknown-model", `This hub has no model ${modelId}.`);
  }
  await transaction.revocation.create({ data: { ...revocation, revokedAt: now } });
  const subject = modelId === undefined ? `file ${sha256}` : `model ${modelId}${variant === undefined ? "" : `:${variant}`}`;
  const releases: Release[] = [];
  for (const { id, releaseNumber } of await transaction.channel.findMany({ orderBy: { id: "desc" } })) {
    const contents = await contentsOfRelease(transaction, releaseNumber);
    const publishedBy = typeof actor === "string" ? undefined : actor.name;
    const note = `Revokes ${subject}.`;
    releases.push(
      await publishRelease(transaction, { channel: id as ChannelId, publishedAt: now, contents, note, ...(publishedBy !== undefined && { publishedBy }) }),
    );
  }
  await recordAudit(transaction, actor, "release.revoke", subject, { reason, releases: releases.map(({ number }) => number) });
  return releases;
}
