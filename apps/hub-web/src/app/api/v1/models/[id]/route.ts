import { z } from "zod";
import { answerJson } from "../../../../../api/answer-json.ts";
import { findModel } from "../../../../../catalog/find-model.ts";
import { currentHub } from "../../../../../hub/current-hub.ts";
import { preflightResponse } from "../../../../../http/cors.ts";

export const dynamic = "force-dynamic";

export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return answerJson(request, z.object({ id: z.string() }), await params, ({ id }) => findModel(currentHub().database, id));
}

export { GET as HEAD, preflightResponse as OPTIONS };
