import { TenfoldError } from "@tenfold/catalog";
import type { Hub } from "../hub/open-hub.ts";
import type { Receiver } from "./list-receivers.ts";
import { signMessage, type WebhookMessage } from "./sign-message.ts";

/** Sends a signed message and answers the status. @throws TenfoldError `http-status` for any answer but 2xx, and as the hub's fetch does. */
export async function sendMessage({ fetcher }: Pick<Hub, "fetcher">, { url, secret }: Receiver, message: WebhookMessage, signal: AbortSignal): Promise<number> {
  const headers = { "content-type": "application/json", ...signMessage(message, secret) };
  const response = await fetcher.limited({ mostBytes: 64 * 1024, timeoutMs: 30_000 })(url, { method: "POST", headers, body: message.body, signal });
  await response.body?.cancel();
  if (response.ok) return response.status;
  throw new TenfoldError("http-status", `${new URL(url).host} answered ${response.status}.`, { details: { status: response.status } });
}
