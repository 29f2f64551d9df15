import { createHmac } from "node:crypto";

export interface WebhookMessage {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks (standardwebhooks.com): receivers verify them with libraries of many languages.
 * @param secret `whsec_` and base64
 */
export function signMessage({ id, at, body }: WebhookMessage, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
