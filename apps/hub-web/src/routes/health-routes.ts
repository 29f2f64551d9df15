import { health } from "../catalog/health.ts";
import type { PublicRoute } from "./public-route.ts";

const headers = { "cache-control": "no-store" };

/** Whether the process lives and its database answers: what a supervisor restarts it for. */
export const healthRoute: PublicRoute = {
  path: /^\/api\/health$/,
  name: "/api/health",
  async answer(_request, _match, hub) {
    const report = await health(hub);
    return Response.json(report, { status: report.status === "ok" ? 200 : 503, headers });
  },
};

/** Whether requests may be sent here: what a load balancer asks. No more while the hub stops, so that running answers end in peace. */
export const readyRoute: PublicRoute = {
  path: /^\/api\/ready$/,
  name: "/api/ready",
  async answer(_request, _match, hub) {
    if (hub.stopping.aborted) return Response.json({ ready: false, reason: "The hub is stopping." }, { status: 503, headers });
    const report = await health(hub);
    if (report.status === "failing") return Response.json({ ready: false, reason: report.problem }, { status: 503, headers });
    return Response.json({ ready: true }, { headers });
  },
};
