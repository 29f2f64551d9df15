import { randomBytes, randomUUID } from "node:crypto";
import { TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Hub } from "../hub/open-hub.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import type { Actor } from "../people/actor.ts";
import { testWebhookName } from "./test-webhook.ts";
import { receiverOf } from "./webhook-options.ts";

const mostWebhooks = 50;

/**
 * Adds a webhook and answers its id and the secret that signs, which nobody can read again.
 * @throws TenfoldError `invalid-input` when there are too many
 */
export async function createWebhook(
  transaction: Transaction,
  { webhookSeal }: Pick<Hub, "webhookSeal">,
  actor: Actor,
  { name, url }: { name: string; url: string },
): Promise<{ id: string; secret: string }> {
  if ((await transaction.webhook.count()) >= mostWebhooks) {
    throw new TenfoldError("invalid-input", `There are ${mostWebhooks} webhooks already.`, { remedy: "Remove one that nobody needs." });
  }
  const id = randomUUID();
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const { host } = new URL(url);
  await transaction.webhook.create({ data: { id, name, host, sealed: webhookSeal.close(id, JSON.stringify({ url, secret })), createdBy: actor.name } });
  await recordAudit(transaction, actor, "webhook.create", subjectOf({ name, host }));
  return { id, secret };
}

/** A webhook that is disabled is told nothing; enabled again, it hears of the release that is the newest then. */
export async function setWebhookDisabled(transaction: Transaction, actor: Actor, id: string, isDisabled: boolean, now: Date): Promise<void> {
  const webhook = await findWebhook(transaction, id);
  if ((webhook.disabledAt !== null) === isDisabled) return;
  await transaction.webhook.update({ where: { id }, data: { disabledAt: isDisabled ? now : null } });
  await recordAudit(transaction, actor, isDisabled ? "webhook.disable" : "webhook.enable", subjectOf(webhook));
}

export async function removeWebhook(transaction: Transaction, actor: Actor, id: string): Promise<void> {
  const webhook = await findWebhook(transaction, id);
  await transaction.webhook.delete({ where: { id } });
  await transaction.announcement.deleteMany({ where: { url: id } });
  await recordAudit(transaction, actor, "webhook.remove", subjectOf(webhook));
}

/** Has a message sent that says nothing, and answers the job that sends it. */
export async function testWebhook(transaction: Transaction, { webhooks }: Pick<Hub, "webhooks">, actor: Actor, id: string): Promise<string> {
  const configured = webhooks.urls.find((url) => receiverOf(url) === id);
  const webhook = configured === undefined ? await findWebhook(transaction, id) : { name: "of the configuration", host: new URL(configured).host };
  const job = await enqueueJob(transaction, {
    kind: testWebhookName,
    title: `Send a test to ${webhook.host}`,
    input: { receiver: id },
    key: `webhook ${id} test`,
    mostAttempts: 1,
    createdBy: actor.name,
  });
  await recordAudit(transaction, actor, "webhook.test", subjectOf(webhook), { job });
  return job;
}

async function findWebhook(transaction: Transaction, id: string) {
  const webhook = await transaction.webhook.findUnique({ where: { id } });
  if (webhook === null) throw new TenfoldError("invalid-input", "There is no such webhook.");
  return webhook;
}

function subjectOf({ name, host }: { name: string; host: string }): string {
  return `webhook ${name} (${host})`;
}
