import type { IncomingMessage } from "node:http";

/** The header under which the rest of the hub finds a client's address. Whatever a client sends under that name is overwritten. */
export const clientAddressHeader = "x-tenfold-client-address";

/**
 * Whose request it is. Each proxy in front of the hub adds the address that it was asked from to the end of X-Forwarded-For; what
 * stands before those is the client's own word.
 * @param proxies how many there are
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const given = request.headers["x-forwarded-for"];
  const forwarded = (Array.isArray(given) ? given.join(",") : (given ?? "")).split(",").map((part) => part.trim());
  return (proxies > 0 && forwarded.at(-proxies)) || (request.socket.remoteAddress ?? "unknown");
}
