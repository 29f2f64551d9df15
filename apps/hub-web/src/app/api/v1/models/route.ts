import { answerJson } from "../../../../api/answer-json.ts";
import { listModels } from "../../../../catalog/list-models.ts";
import { modelQuerySchema } from "../../../../catalog/model-query.ts";
import { currentHub } from "../../../../hub/current-hub.ts";
import { preflightResponse } from "../../../../http/cors.ts";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  return answerJson(request, modelQuerySchema, Object.fromEntries(new URL(request.url).searchParams), (query) => listModels(currentHub().database, query));
}

export { GET as HEAD, preflightResponse as OPTIONS };
