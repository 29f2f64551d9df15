import { preflightResponse } from "../http/cors.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { Hub } from "../hub/open-hub.ts";
import { apiRoutes, openApiRoute } from "./api/api-route.ts";
import { artifactRoute } from "./artifact-route.ts";
import { channelRoute } from "./channel-route.ts";
import { documentRoute } from "./document-route.ts";
import { healthRoute, readyRoute } from "./health-routes.ts";
import { huggingFaceRoutes } from "./hugging-face-routes.ts";
import { matrixExportRoute } from "./matrix-export-route.ts";
import { metricsRoute } from "./metrics-route.ts";
import type { PublicRoute } from "./public-route.ts";
import { tufRoute, tufTargetRoute } from "./tuf-route.ts";

const routes: readonly PublicRoute[] = [
  documentRoute,
  artifactRoute,
  channelRoute,
  tufRoute,
  tufTargetRoute,
  openApiRoute,
  matrixExportRoute,
  ...apiRoutes,
  ...huggingFaceRoutes,
  healthRoute,
  readyRoute,
  metricsRoute,
];
const ours = /^\/(?:(?:catalog|tuf|artifacts|api\/v1|api\/models)\/|(?:metrics|api\/health|api\/ready)$|(?!api\/|_next\/)[^/]+\/[^/]+\/resolve\/)/;

/** Whether a path is answered here, be it with an error; every other path is the pages' affair. */
export function isPublicPath(pathname: string): boolean {
  return ours.test(pathname);
}

/** The route of a path, for its answer and for the name that metrics give it. */
export function findPublicRoute(pathname: string): { route: PublicRoute; match: RegExpExecArray } | undefined {
  for (const route of routes) {
    const match = route.path.exec(pathname);
    if (match !== null) return { route, match };
  }
  return undefined;
}

/**
 * Answers what machines read: catalog, signatures, artifacts, the API, the layout of Hugging Face, health and metrics;
 * `undefined` for every other path.
 * These do not go through Next: it takes Content-Length out of what its route handlers answer, and a download without
 * it shows no progress and cannot be planned in ranges.
 */
export async function answerPublicRoute(request: Request, hub: Hub): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (!isPublicPath(pathname)) return undefined;
  const found = findPublicRoute(pathname);
  const methods = found?.route.method === undefined ? ["GET", "HEAD", "OPTIONS"] : [found.route.method, "OPTIONS"];
  const allow = methods.join(", ");
  if (request.method === "OPTIONS") return preflightResponse(allow);
  if (!methods.includes(request.method)) return problemResponse(405, "method-not-allowed", `Only ${allow} are answered here.`, { allow });
  if (found === undefined) return problemResponse(404, "unknown-path", "There is nothing at this path.");
  try {
    return await found.route.answer(request, found.match, hub);
  } catch (error) {
    hub.log.error(`${request.method} ${pathname}: ${String(error)}`);
    return problemResponse(500, "failed", "The hub could not answer; its log says why.");
  }
}
