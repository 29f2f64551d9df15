import { createServer, type Server } from "node:http";
import type { Handler } from "./create-handler.ts";

export interface Timeouts {
  /** For the head of a request. Default: 20 s. */
  readonly headersMs?: number;
  /** For a request with its body, from its first byte to its last. Default: two minutes. */
  readonly requestMs?: number;
  /** For the next request on a connection. Default: 75 s, longer than proxies keep theirs: one that is closed as a request comes costs an answer. */
  readonly idleMs?: number;
}

/** A server that waits for slow requests, but not for ever. */
export function createHttpServer(handle: Handler, { headersMs = 20_000, requestMs = 120_000, idleMs = 75_000 }: Timeouts = {}): Server {
  const settings = { keepAliveTimeout: idleMs, headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: Math.min(5000, headersMs) };
  return createServer(settings, (request, response) => void handle(request, response));
}
