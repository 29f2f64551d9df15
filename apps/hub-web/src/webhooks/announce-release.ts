import { channelIdSchema } from "@tenfold/catalog";
import { z } from "zod";
import { findRelease } from "../catalog/list-releases.ts";
import type { Hub } from "../hub/open-hub.ts";
import { type JobKind, jobKind } from "../jobs/job-kind.ts";
import { listReceivers } from "./list-receivers.ts";
import { sendMessage } from "./send-message.ts";

export const announceReleaseName = "announce-release";
export const mostAttempts = 12;
export const noReceiver = { told: false, reason: "This receiver is configured no more, or disabled." };

/** Tells a receiver which release a channel points to now, signed. Any answer but 2xx is tried again, for some hours. */
export function announceReleaseKind(hub: Hub): JobKind {
  const { database, publicUrl, clock } = hub;
  return jobKind({
    name: announceReleaseName,
    input: z.object({ receiver: z.string(), channel: channelIdSchema }),
    mostAttempts,
    async run({ receiver: id, channel }, { jobId, signal }) {
      const receiver = (await listReceivers(hub)).find((one) => one.id === id);
      if (receiver === undefined) return { result: noReceiver };
      const pointer = await database.channel.findUniqueOrThrow({ where: { id: channel } });
      const release = await findRelease(database, pointer.releaseNumber);
      const body = JSON.stringify({ type: "release.published", timestamp: pointer.movedAt.toISOString(), data: { hub: publicUrl, channel, release } });
      const status = await sendMessage(hub, receiver, { id: jobId, at: clock(), body }, signal);
      const told = { releaseNumber: pointer.releaseNumber, announcedAt: clock() };
      const place = { url: receiver.told, channel };
      return {
        result: { told: true, release: pointer.releaseNumber, status },
        write: async (transaction) => {
          await transaction.announcement.upsert({ where: { url_channel: place }, create: { ...place, ...told }, update: told });
        },
      };
    },
  });
}
