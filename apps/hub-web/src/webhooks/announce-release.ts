import { channelIdSchema, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { findRelease } from "../catalog/list-releases.ts";
import type { Hub } from "../hub/open-hub.ts";
import { type JobKind, jobKind } from "../jobs/job-kind.ts";
import { signMessage } from "./sign-message.ts";
import { receiverOf } from "./webhook-options.ts";

export const announceReleaseName = "announce-release";
export const mostAttempts = 12;

/** Tells a receiver which release a channel points to now, signed. Any answer but 2xx is tried again, for some hours. */
export function announceReleaseKind({ database, fetcher, webhooks, publicUrl, clock }: Hub): JobKind {
  return jobKind({
    name: announceReleaseName,
    input: z.object({ receiver: z.string(), channel: channelIdSchema }),
    mostAttempts,
    async run({ receiver, channel }, { jobId, signal }) {
      const url = webhooks.urls.find((one) => receiverOf(one) === receiver);
      if (url === undefined || webhooks.secret === undefined) return { result: { told: false, reason: "This receiver is configured no more." } };
      const pointer = await database.channel.findUniqueOrThrow({ where: { id: channel } });
      const release = await findRelease(database, pointer.releaseNumber);
      const body = JSON.stringify({ type: "release.published", timestamp: pointer.movedAt.toISOString(), data: { hub: publicUrl, channel, release } });
      const headers = { "content-type": "application/json", ...signMessage({ id: jobId, at: clock(), body }, webhooks.secret) };
      const response = await fetcher.limited({ mostBytes: 64 * 1024, timeoutMs: 30_000 })(url, { method: "POST", headers, body, signal });
      await response.body?.cancel();
      if (!response.ok) throw new TenfoldError("http-status", `${new URL(url).host} answered ${response.status}.`, { details: { status: response.status } });
      const told = { releaseNumber: pointer.releaseNumber, announcedAt: clock() };
      return {
        result: { told: true, release: pointer.releaseNumber, status: response.status },
        write: async (transaction) => {
          await transaction.announcement.upsert({ where: { url_channel: { url, channel } }, create: { url, channel, ...told }, update: told });
        },
      };
    },
  });
}
