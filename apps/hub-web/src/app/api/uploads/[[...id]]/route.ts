import { currentHub } from "../../../../hub/current-hub.ts";

export const dynamic = "force-dynamic";

/** Files that people upload, by the tus protocol. */
function answer(request: Request): Promise<Response> {
  const hub = currentHub();
  return hub.uploads.answer(request, hub);
}

export { answer as DELETE, answer as HEAD, answer as OPTIONS, answer as PATCH, answer as POST };
