import { health } from "../../../catalog/health.ts";
import { currentHub } from "../../../hub/current-hub.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const report = await health(currentHub());
  return Response.json(report, { status: report.status === "ok" ? 200 : 503, headers: { "cache-control": "no-store" } });
}
