import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** Node's request as the web's, with its body, which is lost to whoever is asked next; `undefined` when the web has no such request. */
export function webRequest(incoming: IncomingMessage): Request | undefined {
  const { method = "GET", url = "/", headers: given } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    // Names that begin with a colon are HTTP/2's own.
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const address = `http://hub.invalid${url}`;
  // The web's request cannot be made of every method, nor of every path that a stranger may send.
  if (!URL.canParse(address) || /^(?:connect|trace|track)$/i.test(method)) return undefined;
  if (method !== "POST") return new Request(address, { method, headers });
  return new Request(address, { method, headers, body: Readable.toWeb(incoming) as BodyInit, duplex: "half" } as RequestInit);
}
