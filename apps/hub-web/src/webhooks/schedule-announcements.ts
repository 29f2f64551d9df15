import type { Hub } from "../hub/open-hub.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { announceReleaseName, mostAttempts } from "./announce-release.ts";
import { receiverOf } from "./webhook-options.ts";

/**
 * Asks for a job for each receiver and channel whose release it has not been told. Who was away is told the newest one alone; of a release that could
 * not be told for all attempts, or that a person gave up, nobody hears again.
 */
export async function scheduleAnnouncements({ database, webhooks }: Pick<Hub, "database" | "webhooks">): Promise<void> {
  if (webhooks.urls.length === 0) return;
  const channels = await database.channel.findMany();
  const told = await database.announcement.findMany();
  for (const url of webhooks.urls) {
    for (const { id: channel, releaseNumber, movedAt } of channels) {
      if (told.some((one) => one.url === url && one.channel === channel && one.releaseNumber >= releaseNumber)) continue;
      const { host } = new URL(url);
      const receiver = receiverOf(url);
      const key = `webhook ${receiver} ${channel}`;
      const givenUp = await database.job.findFirst({
        where: { key, state: { in: ["failed", "cancelled"] }, createdAt: { gte: movedAt } },
        select: { id: true },
      });
      if (givenUp) continue;
      await enqueueJob(database, {
        kind: announceReleaseName,
        title: `Tell ${host} of release ${releaseNumber} (${channel})`,
        input: { receiver, channel },
        key,
        mostAttempts,
      });
    }
  }
}
