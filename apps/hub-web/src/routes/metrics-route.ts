import { createHash, timingSafeEqual } from "node:crypto";
import { problemResponse } from "../http/problem-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** Figures for Prometheus. Open while the hub is tried out; in production for those alone who have the token. */
export const metricsRoute: PublicRoute = {
  path: /^\/metrics$/,
  name: "/metrics",
  async answer(request, _match, { metrics, metricsAccess }) {
    if (metricsAccess === "closed") return problemResponse(404, "unknown-path", "There is nothing at this path.");
    if (metricsAccess !== "open" && !isBearer(request, metricsAccess.token)) {
      return problemResponse(401, "unauthorized", "Metrics ask for their token.", { "www-authenticate": "Bearer" });
    }
    const { contentType, text } = await metrics.read();
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  },
};

function isBearer(request: Request, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.get("authorization") ?? ""), digest(`Bearer ${token}`));
}
