import type { Hub } from "../hub/open-hub.ts";

/** An answer to GET and HEAD at a path of its own, for whoever asks. */
export interface PublicRoute {
  readonly path: RegExp;
  /** What metrics and logs call it: the path with its variable parts in braces. */
  readonly name: string;
  /** Beside GET and HEAD; its requests come with their body. */
  readonly method?: "POST";
  answer(request: Request, match: RegExpExecArray, hub: Hub): Promise<Response>;
}
