import type { Log } from "../log.ts";
import type { Metrics } from "../metrics/create-metrics.ts";
import { findPublicRoute } from "../routes/answer-public-route.ts";
import type { Handler } from "./create-handler.ts";
import { loggedPath, pathOf } from "./path-of.ts";

export interface ObserveOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  /** A line for each answer. */
  readonly logsRequests: boolean;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts every answer when its last byte is out, or when the client has left (status 499). */
export function observeRequests(handle: Handler, { metrics, log, logsRequests }: ObserveOptions): Handler {
  return (incoming, outgoing) => {
    const began = performance.now();
    const { socket } = incoming;
    const sentBefore = socket.bytesWritten;
    outgoing.once("close", () => {
      const answered = {
        route: routeName(pathOf(incoming)),
        method: methods.has(incoming.method ?? "") ? (incoming.method as string) : "other",
        status: outgoing.writableFinished ? outgoing.statusCode : 499,
        durationMs: Math.round((performance.now() - began) * 100) / 100,
        sentBytes: socket.bytesWritten - sentBefore,
      };
      metrics.observe(answered);
      // The query stays out: it may hold what somebody searches for.
      if (logsRequests) log.info("answered", { ...answered, path: loggedPath(incoming) });
    });
    return handle(incoming, outgoing);
  };
}

/** A name of few: everything that varies is left out. */
function routeName(path: string): string {
  const found = findPublicRoute(path);
  if (found) return found.route.name;
  if (path.startsWith("/_next/")) return "/_next";
  if (path.startsWith("/api/trpc/")) return "/api/trpc";
  return path.startsWith("/api/") ? "/api" : "pages";
}
