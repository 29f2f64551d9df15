import { TenfoldError } from "@tenfold/catalog";
import { readBody } from "../catalogs/fetch-document.ts";
import { follow, shownUrl } from "../downloads/follow.ts";
import { getByFetch } from "../platform/get.ts";
import type { Platform } from "../platform/platform.ts";

export interface HubFetchOptions {
  platform: Platform;
  /** Address of the Hub, without a slash at the end. */
  endpoint: string;
  token?: string;
  signal?: AbortSignal;
}

const mostAnswerBytes = 64 * 1024 * 1024;
const attempts = 3;
const longestWaitMs = 30_000;
const firstDelayMs = 1_000;

/**
 * `fetch` as the Hub's package is given it: signs in at the Hub and nowhere else, waits where the Hub asks for patience, takes no endless
 * answers, and turns refusals into errors that say what to do.
 * @throws TenfoldError `unauthorized`, `unknown-model` for what is not there, `catalog-unreachable` for everything that may pass.
 */
export function createHubFetch({ platform, endpoint, token, signal }: HubFetchOptions): typeof globalThis.fetch {
  const { host, origin } = new URL(endpoint);
  const abort = signal ?? new AbortController().signal;

  async function ask(url: string, headers: Record<string, string>): Promise<Response> {
    const isHub = URL.canParse(url) && new URL(url).origin === origin;
    const source = { url, ...(token !== undefined && isHub ? { headers: { authorization: `Bearer ${token}` } } : {}) };
    try {
      const response = await follow(getByFetch(platform.fetch), source, headers, abort);
      if (response.status < 200 || response.status > 299) {
        await response.cancel();
        throw refusal(response, url);
      }
      const body = await readBody(response, mostAnswerBytes, shownUrl(url));
      return new Response(body as Uint8Array<ArrayBuffer>, { status: response.status, headers: response.headers });
    } catch (error) {
      abort.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw TenfoldError.from(TenfoldError.is(error) ? error : cause, "catalog-unreachable", `Cannot reach ${shownUrl(url)}`, { remedy });
    }
  }

  const remedy = "Check the connection and try again; models that are installed still work.";

  function refusal({ status, headers }: Pick<Response, "status" | "headers">, url: string): TenfoldError {
    const where = shownUrl(url);
    if (status === 401 || status === 403) {
      const message =
        token === undefined
          ? `${where} is not shown to those who are not signed in: it is gated or private, or it does not exist.`
          : `${where} is not shown with this token: its publisher asks for consent first, or the token may not read it.`;
      const steps = `Check the spelling, accept the licence on the model's page at ${host}, and sign in with a token that may read it (HF_TOKEN on the command line).`;
      return new TenfoldError("unauthorized", message, { stage: "discovery", remedy: steps, details: { status } });
    }
    if (status === 404) return new TenfoldError("unknown-model", `There is no ${where}.`, { details: { status } });
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    return new TenfoldError("catalog-unreachable", `${where} answers ${status}.`, {
      retryable: status === 429 || status >= 500,
      remedy: status === 429 ? "The Hub asks for patience: try again in some minutes, or sign in with a token." : remedy,
      details: { status, ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}) },
    });
  }

  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(url, headers);
      } catch (error) {
        abort.throwIfAborted();
        const waitMs = waitFor(error, attempt);
        if (attempt === attempts || waitMs === undefined) throw error;
        await platform.clock.sleep(waitMs, signal);
      }
    }
  };
}

/** How long to wait before asking again; undefined when that is no use, or longer than anybody wants to wait. */
function waitFor(error: unknown, attempt: number): number | undefined {
  if (!TenfoldError.is(error, "catalog-unreachable") || !error.retryable || error.details?.status === undefined) return undefined;
  const asked = error.details.retryAfterMs;
  const waitMs = typeof asked === "number" ? asked : firstDelayMs * 2 ** (attempt - 1);
  return waitMs <= longestWaitMs ? waitMs : undefined;
}
