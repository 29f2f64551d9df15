import { enqueueJob } from "../jobs/enqueue-job.ts";
import { announceReleaseName, mostAttempts } from "./announce-release.ts";
import { listReceivers, type ReceiverParts } from "./list-receivers.ts";

/**
 * Asks for a job for each receiver and channel whose release it has not been told. Who was away is told the newest one alone; of a release that could
 * not be told for all attempts, or that a person gave up, nobody hears again.
 */
export async function scheduleAnnouncements(hub: ReceiverParts): Promise<void> {
  const { database } = hub;
  const receivers = await listReceivers(hub);
  if (receivers.length === 0) return;
  const channels = await database.channel.findMany();
  const announced = await database.announcement.findMany();
  for (const { id: receiver, told, url } of receivers) {
    for (const { id: channel, releaseNumber, movedAt } of channels) {
      if (announced.some((one) => one.url === told && one.channel === channel && one.releaseNumber >= releaseNumber)) continue;
      const key = `webhook ${receiver} ${channel}`;
      const givenUp = await database.job.findFirst({
        where: { key, state: { in: ["failed", "cancelled"] }, createdAt: { gte: movedAt } },
        select: { id: true },
      });
      if (givenUp) continue;
      await enqueueJob(database, {
        kind: announceReleaseName,
        title: `Tell ${new URL(url).host} of release ${releaseNumber} (${channel})`,
        input: { receiver, channel },
        key,
        mostAttempts,
      });
    }
  }
}
