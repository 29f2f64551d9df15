import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hub } from "../hub/open-hub.ts";
import { readArchiveKind } from "../imports/read-archive.ts";
import { sweep } from "../sweeping/sweep.ts";
import { checkUpstreamKind } from "../verification/check-upstream.ts";
import { type Schedule, scheduleChecks } from "../verification/schedule-checks.ts";
import { type VerifyParts, verifyVariantKind } from "../verification/verify-variant.ts";
import { announceReleaseKind } from "../webhooks/announce-release.ts";
import { scheduleAnnouncements } from "../webhooks/schedule-announcements.ts";
import { testWebhookKind } from "../webhooks/test-webhook.ts";
import type { JobKind } from "./job-kind.ts";
import { startWorker, type Worker } from "./start-worker.ts";

const mostFileBytes = 1024 ** 4;
const dayMs = 24 * 3_600_000;

/** Everything that this hub does in jobs. */
export function hubJobKinds(hub: Hub, { openFramework }: Pick<VerifyParts, "openFramework"> = {}): JobKind[] {
  const { database, store, fetcher, credentials, importer, clock } = hub;
  const folder = join(hub.dataFolder, "verifying");
  return [
    verifyVariantKind({ database, store, fetcher, credentials, huggingFaceEndpoint: importer.endpoint, mostFileBytes, folder, clock, openFramework }),
    readArchiveKind({ database, store, fetcher, credentials, kaggleEndpoint: importer.kaggleEndpoint, mostFileBytes, folder, clock }),
    checkUpstreamKind({ database, importer }),
    announceReleaseKind(hub),
    testWebhookKind(hub),
  ];
}

export interface HubWorkerOptions extends Schedule {
  /** Jobs at once. */
  readonly concurrency: number;
}

/** Takes the hub's jobs in this process until it is stopped. What an earlier process left half-read is removed first: nobody else uses this data folder. */
export async function startHubWorker(hub: Hub, { concurrency, ...schedule }: HubWorkerOptions): Promise<Worker> {
  const folder = join(hub.dataFolder, "verifying");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Nobody else can be at a job of a database in this process: what an earlier one left need not wait for its lease to end.
  if (hub.databaseName === "PGlite") await hub.database.job.updateMany({ where: { state: "running" }, data: { leasedUntil: new Date(0) } });
  let sweptAt = Number.NEGATIVE_INFINITY;
  const lookAround = async () => {
    await scheduleAnnouncements(hub);
    await scheduleChecks(hub.database, schedule);
    if (Date.now() - sweptAt < dayMs) return;
    sweptAt = Date.now();
    await sweep(hub);
  };
  return startWorker({ database: hub.database, kinds: hubJobKinds(hub), log: hub.log, concurrency, sweep: lookAround });
}
