import { answerTrpc } from "../../../../api/answer-trpc.ts";
import { currentHub } from "../../../../hub/current-hub.ts";

export const dynamic = "force-dynamic";

function answer(request: Request): Promise<Response> {
  return answerTrpc(request, currentHub());
}

export { answer as GET, answer as POST };
