import type { Hub } from "../hub/open-hub.ts";

/** An answer to GET and HEAD at a path of its own, for whoever asks. */
export interface PublicRoute {
  /** Its one group, when there is one, is the name that the path ends with. */
  readonly path: RegExp;
  answer(request: Request, name: string, hub: Hub): Promise<Response>;
}
