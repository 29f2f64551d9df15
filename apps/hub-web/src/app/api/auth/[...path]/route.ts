import { currentHub } from "../../../../hub/current-hub.ts";
import { answerSignIn } from "../../../../people/answer-sign-in.ts";

export const dynamic = "force-dynamic";

function answer(request: Request): Promise<Response> {
  return answerSignIn(request, currentHub());
}

export { answer as GET, answer as POST };
