import { z } from "zod";
import type { Hub } from "../hub/open-hub.ts";
import { receiverOf } from "./webhook-options.ts";

/** Somebody who is told of releases. */
export interface Receiver {
  /** In jobs: a digest of the configured address, or the webhook's id. */
  readonly id: string;
  /** Under which announcements are kept. */
  readonly told: string;
  readonly url: string;
  /** As Standard Webhooks writes it: `whsec_` and base64. */
  readonly secret: string;
}

export type ReceiverParts = Pick<Hub, "database" | "webhooks" | "webhookSeal" | "log">;

const sealedSchema = z.object({ url: z.url(), secret: z.string() });

/** Who is to be told: the addresses of the configuration, and the webhooks that are not disabled. */
export async function listReceivers({ database, webhooks: { urls, secret }, webhookSeal, log }: ReceiverParts): Promise<Receiver[]> {
  const configured = secret === undefined ? [] : urls.map((url) => ({ id: receiverOf(url), told: url, url, secret }));
  const rows = await database.webhook.findMany({ where: { disabledAt: null }, orderBy: { id: "asc" } });
  const added = rows.flatMap(({ id, name, sealed }) => {
    try {
      return [{ id, told: id, ...sealedSchema.parse(JSON.parse(webhookSeal.open(id, sealed))) }];
    } catch {
      log.warn(`the webhook ${name} was sealed with another secret of this hub: add it again`);
      return [];
    }
  });
  return [...configured, ...added];
}
