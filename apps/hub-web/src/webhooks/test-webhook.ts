import { z } from "zod";
import type { Hub } from "../hub/open-hub.ts";
import { type JobKind, jobKind } from "../jobs/job-kind.ts";
import { noReceiver } from "./announce-release.ts";
import { listReceivers } from "./list-receivers.ts";
import { sendMessage } from "./send-message.ts";

export const testWebhookName = "test-webhook";

/** Sends a receiver a message that says nothing, once, for an administrator who wants to see the answer. */
export function testWebhookKind(hub: Hub): JobKind {
  return jobKind({
    name: testWebhookName,
    input: z.object({ receiver: z.string() }),
    mostAttempts: 1,
    async run({ receiver: id }, { jobId, signal }) {
      const receiver = (await listReceivers(hub)).find((one) => one.id === id);
      if (receiver === undefined) return { result: noReceiver };
      const at = hub.clock();
      const body = JSON.stringify({ type: "webhook.test", timestamp: at.toISOString(), data: { hub: hub.publicUrl } });
      return { result: { told: true, status: await sendMessage(hub, receiver, { id: jobId, at, body }, signal) } };
    },
  });
}
