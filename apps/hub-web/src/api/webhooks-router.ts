import { z } from "zod";
import { listWebhooks } from "../webhooks/list-webhooks.ts";
import { createWebhook, removeWebhook, setWebhookDisabled, testWebhook } from "../webhooks/manage-webhooks.ts";
import { adminProcedure, router } from "./trpc.ts";

const webhookSchema = z.object({ id: z.string().max(64) });
const addressSchema = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => new URL(url).username === "", "expected an address without a user name");

export const webhooksRouter = router({
  list: adminProcedure.query(({ ctx: { hub } }) => listWebhooks(hub)),
  /** Answers the secret, once. */
  create: adminProcedure
    .input(z.object({ name: z.string().trim().min(1).max(100), url: addressSchema }))
    .mutation(({ ctx: { hub, actor }, input }) => hub.database.$transaction((transaction) => createWebhook(transaction, hub, actor, input))),
  /** Answers the job that sends the test. */
  test: adminProcedure
    .input(webhookSchema)
    .mutation(({ ctx: { hub, actor }, input: { id } }) =>
      hub.database.$transaction(async (transaction) => ({ job: await testWebhook(transaction, hub, actor, id) })),
    ),
  setDisabled: adminProcedure
    .input(webhookSchema.extend({ isDisabled: z.boolean() }))
    .mutation(({ ctx: { hub, actor }, input: { id, isDisabled } }) =>
      hub.database.$transaction((transaction) => setWebhookDisabled(transaction, actor, id, isDisabled, hub.clock())),
    ),
  remove: adminProcedure
    .input(webhookSchema)
    .mutation(({ ctx: { hub, actor }, input: { id } }) => hub.database.$transaction((transaction) => removeWebhook(transaction, actor, id))),
});
