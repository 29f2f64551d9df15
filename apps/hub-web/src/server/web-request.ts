import type { IncomingMessage } from "node:http";

/** Node's request as the web's, without its body, for routes that read none; `undefined` when the web has no such request. */
export function webRequest({ method = "GET", url = "/", headers: given }: IncomingMessage): Request | undefined {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    // Names that begin with a colon are HTTP/2's own.
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const address = `http://hub.invalid${url}`;
  // The web's request cannot be made of every method, nor of every path that a stranger may send.
  if (!URL.canParse(address) || /^(?:connect|trace|track)$/i.test(method)) return undefined;
  return new Request(address, { method, headers });
}
