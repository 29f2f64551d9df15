import { TenfoldError } from "@tenfold/catalog";
import type { Get, GetResponse } from "../platform/get.ts";
import type { ResolvedSource } from "./source.ts";

const mostRedirects = 10;

/**
 * Fetches from a source. Its headers are secrets: they go to its own origin and are left behind at the first redirect
 * that leads elsewhere, whatever they are called.
 */
export async function follow(get: Get, source: ResolvedSource, headers: Record<string, string>, signal: AbortSignal): Promise<GetResponse> {
  const secrets = source.headers ?? {};
  let url = parseUrl(source.url);
  const { origin } = url;
  const redirect = Object.keys(secrets).length === 0 ? "follow" : "manual";
  let sent = checkedHeaders({ ...secrets, ...headers });
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await get(url, { headers: sent, signal, redirect });
    // A browser hides where a redirect leads; it drops Authorization by itself, and nothing else.
    if (response.status === 0) {
      if (Object.keys(secrets).every((name) => name.toLowerCase() === "authorization")) return get(url, { headers: sent, signal, redirect: "follow" });
      throw new TenfoldError("unauthorized", `${shownUrl(source.url)} redirects, and here its credentials cannot be kept from where it leads.`);
    }
    const location = response.headers.get("location");
    if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.cancel();
    url = parseUrl(location, url.href);
    if (url.origin !== origin) sent = new Headers(headers);
  }
  throw new TenfoldError("http-status", `${shownUrl(source.url)} redirects without end.`, { retryable: false });
}

/** The platform's own errors would repeat the address or the header, and with it the secret. */
function parseUrl(address: string, base?: string): URL {
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new TenfoldError("network", "A source's address is not one of http or https.", { retryable: false });
  return url;
}

function checkedHeaders(headers: Record<string, string>): Headers {
  const checked = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      throw new TenfoldError("unauthorized", "The credentials of a source hold characters that a header cannot carry.");
    }
  }
  return checked;
}

/** Without query and credentials, which may be secrets. */
export function shownUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "an address that is not a URL";
  }
}
