import { preflightResponse } from "../http/cors.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { Hub } from "../hub/open-hub.ts";
import { artifactRoute } from "./artifact-route.ts";
import { channelRoute } from "./channel-route.ts";
import { documentRoute } from "./document-route.ts";
import { tufRoute, tufTargetRoute } from "./tuf-route.ts";

const routes = [channelRoute, documentRoute, artifactRoute, tufRoute, tufTargetRoute];

/**
 * Answers what lies under `/catalog/`, `/tuf/` and `/artifacts/`; `undefined` for every other path, which is the pages' affair.
 * These do not go through Next: it takes Content-Length out of what its route handlers answer, and a download without
 * it shows no progress and cannot be planned in ranges.
 */
export async function answerPublicRoute(request: Request, hub: Hub): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (!/^\/(?:catalog|tuf|artifacts)\//.test(pathname)) return undefined;
  if (request.method === "OPTIONS") return preflightResponse();
  if (request.method !== "GET" && request.method !== "HEAD") {
    return problemResponse(405, "method-not-allowed", "Only GET, HEAD and OPTIONS are answered here.", { allow: "GET, HEAD, OPTIONS" });
  }
  for (const route of routes) {
    const match = route.path.exec(pathname);
    if (match === null) continue;
    try {
      return await route.answer(request, match[1] ?? "", hub);
    } catch (error) {
      hub.log.error(`${request.method} ${pathname}: ${String(error)}`);
      return problemResponse(500, "failed", "The hub could not answer; its log says why.");
    }
  }
  return problemResponse(404, "unknown-path", "There is nothing at this path.");
}
