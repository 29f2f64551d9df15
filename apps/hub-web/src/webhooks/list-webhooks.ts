import type { Database } from "../database/open-database.ts";
import type { Hub } from "../hub/open-hub.ts";
import { type JobView, jobView } from "../jobs/job-queries.ts";
import { announceReleaseName } from "./announce-release.ts";
import { testWebhookName } from "./test-webhook.ts";
import { receiverOf } from "./webhook-options.ts";

/** A receiver as administrators see it: its host alone, for its address may hold a secret. */
export interface WebhookView {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** Absent for those of the configuration, which cannot be changed here. */
  readonly added?: { readonly by: string; readonly at: string; readonly isDisabled: boolean };
  /** The newest first. */
  readonly deliveries: readonly JobView[];
}

const mostDeliveries = 5;

export async function listWebhooks({ database, webhooks }: Pick<Hub, "database" | "webhooks">): Promise<WebhookView[]> {
  const rows = await database.webhook.findMany({ orderBy: { createdAt: "asc" } });
  const views: Omit<WebhookView, "deliveries">[] = [
    ...webhooks.urls.map((url) => ({ id: receiverOf(url), name: "Of the configuration", host: new URL(url).host })),
    ...rows.map(({ id, name, host, createdBy, createdAt, disabledAt }) => ({
      ...{ id, name, host },
      added: { by: createdBy, at: createdAt.toISOString(), isDisabled: disabledAt !== null },
    })),
  ];
  return Promise.all(views.map(async (view) => ({ ...view, deliveries: await deliveriesTo(database, view.id) })));
}

async function deliveriesTo(database: Database, receiver: string): Promise<JobView[]> {
  const jobs = await database.job.findMany({
    where: { kind: { in: [announceReleaseName, testWebhookName] }, input: { path: ["receiver"], equals: receiver } },
    orderBy: { id: "desc" },
    take: mostDeliveries,
  });
  return jobs.map(jobView);
}
