import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub } from "../hub/open-hub.ts";
import { answerPublicRoute, isPublicPath } from "../routes/answer-public-route.ts";
import { clientAddress, clientAddressHeader } from "./client-address.ts";
import { loggedPath, pathOf } from "./path-of.ts";
import { webRequest } from "./web-request.ts";
import { writeResponse } from "./write-response.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** What machines read is answered here, everything else by the pages. */
export function createHandler(hub: Hub, pages: Handler, proxies = 0): Handler {
  return async (incoming, outgoing) => {
    try {
      incoming.headers[clientAddressHeader] = clientAddress(incoming, proxies);
      outgoing.setHeader("x-content-type-options", "nosniff");
      const request = isPublicPath(pathOf(incoming)) ? webRequest(incoming) : undefined;
      const response = request && (await answerPublicRoute(request, hub));
      // What is left of a body must not be taken for the next request.
      if (response && !incoming.complete) outgoing.setHeader("connection", "close");
      if (response) await writeResponse(response, outgoing);
      else await pages(incoming, outgoing);
    } catch (error) {
      hub.log.error(`${incoming.method} ${loggedPath(incoming)}: ${String(error)}`);
      outgoing.destroy();
    }
  };
}
