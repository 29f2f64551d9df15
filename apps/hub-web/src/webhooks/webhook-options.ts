import { createHash } from "node:crypto";

/** Who is told of releases, and how they know that it was this hub. */
export interface WebhookOptions {
  readonly urls: readonly string[];
  /** As Standard Webhooks writes it: `whsec_` and base64. There whenever there is an address. */
  readonly secret?: string;
}

/** The address may hold a secret: where people and logs see it, it is named by a digest. */
export function receiverOf(url: string): string {
  return createHash("sha256").update(url).digest("hex");
}
