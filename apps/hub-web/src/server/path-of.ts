import type { IncomingMessage } from "node:http";

/** The path that is asked for, `/` where it is none: strangers send anything. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const address = `http://hub.invalid${url}`;
  return URL.canParse(address) ? new URL(address).pathname : "/";
}

/** The same for logs: without what a link for one person says, which lets in whoever reads it. */
export function loggedPath(incoming: IncomingMessage): string {
  return pathOf(incoming).replace(/^\/join\/.*$/s, "/join/{link}");
}
