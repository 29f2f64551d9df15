import type { IncomingMessage } from "node:http";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { problemResponse } from "../http/problem-response.ts";
import { clientAddress } from "./client-address.ts";
import type { Handler } from "./create-handler.ts";
import { writeResponse } from "./write-response.ts";

export interface RefuseOptions {
  /** Of any request; an upload comes in pieces. Default: 16 MiB. */
  readonly maximumBodyBytes?: number;
  /** Requests that may change something, from one address. Default: 1200, which lets an upload in pieces of 8 MiB pass at 160 MiB a second. */
  readonly writesPerMinute?: number;
  /** How many proxies of ours stand in front. */
  readonly proxies: number;
}

/** Turns away, before anything is read, what has no length, is too long, or comes too often. */
export function refuseRequests(handle: Handler, { maximumBodyBytes = 16 * 1024 * 1024, writesPerMinute = 1200, proxies }: RefuseOptions): Handler {
  const limiter = new RateLimiterMemory({ points: writesPerMinute, duration: 60 });

  async function refusal(incoming: IncomingMessage): Promise<Response | undefined> {
    const { method, headers } = incoming;
    if (headers["transfer-encoding"] !== undefined) return problemResponse(411, "length-required", "A body comes with its length here.", close);
    const length = Number(headers["content-length"] ?? 0);
    if (length > maximumBodyBytes) return problemResponse(413, "too-large", `A request may have ${maximumBodyBytes} bytes.`, close);
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return undefined;
    try {
      await limiter.consume(clientAddress(incoming, proxies));
      return undefined;
    } catch (limit) {
      const seconds = Math.ceil((limit as RateLimiterRes).msBeforeNext / 1000);
      return problemResponse(429, "too-many-requests", `Too many requests: try again in ${seconds} s.`, { ...close, "retry-after": String(seconds) });
    }
  }

  return async (incoming, outgoing) => {
    const response = await refusal(incoming);
    if (response) await writeResponse(response, outgoing);
    else await handle(incoming, outgoing);
  };
}

/** The body that nobody reads must not be taken for the next request. */
const close = { connection: "close" };
