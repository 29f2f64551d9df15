import type { IncomingMessage } from "node:http";

/** The path that is asked for, `/` where it is none: strangers send anything. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const address = `http://hub.invalid${url}`;
  return URL.canParse(address) ? new URL(address).pathname : "/";
}
