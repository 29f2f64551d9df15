import { createHash } from "node:crypto";
import type { Hub } from "../hub/open-hub.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { announceReleaseName } from "./announce-release.ts";

/** Asks for a job for each receiver and channel whose release it has not been told. Who was away is told the newest one alone. */
export async function scheduleAnnouncements({ database, webhooks }: Pick<Hub, "database" | "webhooks">): Promise<void> {
  if (webhooks.urls.length === 0) return;
  const channels = await database.channel.findMany();
  const told = await database.announcement.findMany();
  for (const url of webhooks.urls) {
    for (const { id: channel, releaseNumber } of channels) {
      if (told.some((one) => one.url === url && one.channel === channel && one.releaseNumber >= releaseNumber)) continue;
      const { host } = new URL(url);
      // The address may hold a secret: it is named by a digest, and titles are read by people.
      const receiver = createHash("sha256").update(url).digest("hex");
      await enqueueJob(database, {
        kind: announceReleaseName,
        title: `Tell ${host} of release ${releaseNumber} (${channel})`,
        input: { receiver, channel },
        key: `webhook ${receiver} ${channel}`,
        mostAttempts: 12,
      });
    }
  }
}
