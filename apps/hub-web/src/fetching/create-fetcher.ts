import { TenfoldError } from "@tenfold/catalog";
import { Agent, type RequestInit, fetch as undiciFetch } from "undici";
import { createAddressRules } from "./address-rules.ts";
import { checkedConnector, type Lookup } from "./checked-connector.ts";
import { limitedBody } from "./limited-body.ts";

export interface FetcherOptions {
  /** Hosts, addresses and networks inside that may be reached, also by plain HTTP. Default: none. */
  readonly allowed?: readonly string[] | undefined;
  /** How names become addresses. Default: the system's. */
  readonly lookup?: Lookup;
}

export interface FetchLimits {
  /** Most bytes of an answer, after decompression. */
  readonly mostBytes: number;
  /** Longest time for question and answer together. */
  readonly timeoutMs: number;
}

/** Asks other servers on behalf of people, and of what they imported. */
export interface Fetcher {
  /** `fetch` that reaches no address inside, follows redirects of GET and HEAD alone, and takes no endless answers. */
  limited(limits: FetchLimits): typeof globalThis.fetch;
  /** Ends every connection. */
  close(): Promise<void>;
}

const mostRedirects = 10;
const silenceTimeoutMs = 60_000;

/**
 * Everything that the hub fetches goes through here: addresses come from people, from what servers list and from where they redirect.
 * `fetch` rejects with TenfoldError `invalid-input` for a place that may not be reached, `size-mismatch` beyond the limit, `timeout`,
 * `network`; with the signal's reason when aborted.
 */
export function createFetcher({ allowed = [], lookup }: FetcherOptions = {}): Fetcher {
  const agent = new Agent({
    connect: checkedConnector(createAddressRules(allowed), lookup),
    headersTimeout: silenceTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
    maxResponseSize: -1,
  });

  async function ask(url: URL, init: RequestInit, limits: FetchLimits, overtime: AbortSignal): Promise<Response> {
    try {
      const answer = await askTwice(url, { ...init, redirect: "manual", dispatcher: agent });
      const hasBody = answer.body !== null && ![204, 205, 304].includes(answer.status);
      const body = hasBody
        ? limitedBody(answer.body as unknown as ReadableStream<Uint8Array>, { mostBytes: limits.mostBytes, what: url.host, overtime })
        : null;
      const { status, statusText } = answer;
      return new Response(body, { status, statusText, headers: [...answer.headers] });
    } catch (error) {
      throw reasonOf(error, url, init.signal ?? undefined, overtime);
    }
  }

  return {
    limited: (limits) => async (input, init) => {
      if (input instanceof Request) throw new TypeError("the hub's fetch takes an address, not a Request");
      let url = parseAddress(String(input));
      const overtime = AbortSignal.timeout(limits.timeoutMs);
      const signal = init?.signal ? AbortSignal.any([init.signal, overtime]) : overtime;
      const follows = (init?.redirect ?? "follow") === "follow" && ["GET", "HEAD"].includes((init?.method ?? "GET").toUpperCase());
      let headers = new Headers(init?.headers);
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        const response = await ask(url, { ...(init as RequestInit), headers: [...headers], signal }, limits, overtime);
        const location = response.headers.get("location");
        if (!follows || location === null || ![301, 302, 303, 307, 308].includes(response.status)) return response;
        await response.body?.cancel();
        const next = parseAddress(location, url);
        // What signs in is meant for the server that was asked and for no other.
        if (next.origin !== url.origin) headers = withoutSecrets(headers);
        url = next;
      }
      throw new TenfoldError("http-status", `${url.host} redirects without end.`, { retryable: false });
    },
    close: () => agent.destroy(),
  };
}

/** A connection that was kept open may be closed by the server at the very moment when it is used again: that is nobody's failure. */
async function askTwice(url: URL, init: RequestInit) {
  try {
    return await undiciFetch(url, init);
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    const isSafe = ["GET", "HEAD"].includes((init.method ?? "GET").toUpperCase());
    if (!isSafe || init.signal?.aborted || !["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(code ?? "")) throw error;
    return undiciFetch(url, init);
  }
}

function parseAddress(address: string, base?: URL): URL {
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new TenfoldError("invalid-input", "The hub fetches from addresses of HTTPS, without a name and a password in them.", { stage: "download" });
  }
  return url;
}

function withoutSecrets(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ["accept", "accept-encoding", "if-range", "range", "user-agent"]) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}

/** What went wrong, without the query of the address, which may be a secret. */
function reasonOf(error: unknown, url: URL, signal: AbortSignal | undefined, overtime: AbortSignal): unknown {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (TenfoldError.is(cause)) return cause;
  if (overtime.aborted) return new TenfoldError("timeout", `${url.host} took longer than the hub waits.`, { cause });
  if (signal?.aborted) return signal.reason;
  return TenfoldError.from(cause, "network", `${url.host} could not be reached`);
}
