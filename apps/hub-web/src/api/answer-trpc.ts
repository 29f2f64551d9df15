import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { isSameOrigin } from "../http/same-origin.ts";
import type { Hub } from "../hub/open-hub.ts";
import { bearerToken, findActor } from "../people/find-actor.ts";
import { clientAddressHeader } from "../server/client-address.ts";
import { apiRouter } from "./api-router.ts";

/** Answers /api/trpc. A browser's cookie counts in requests of this hub's own pages only: no other site can act for who is signed in. */
export async function answerTrpc(request: Request, hub: Hub): Promise<Response> {
  const { headers } = request;
  const usesCookie = bearerToken(headers) === undefined && headers.has("cookie");
  if (request.method !== "GET" && usesCookie && !isSameOrigin(headers, hub.publicUrl)) {
    return Response.json({ error: { message: "This request came from another site's page." } }, { status: 403, headers: { "cache-control": "no-store" } });
  }
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: apiRouter,
    createContext: async () => ({
      hub,
      actor: await findActor(hub, headers),
      actorNow: () => findActor(hub, headers),
      address: headers.get(clientAddressHeader) ?? undefined,
    }),
    // What somebody is told because of who they are must not be told to the next.
    responseMeta: () => ({ headers: new Headers({ "cache-control": "no-store", vary: "Cookie, Authorization" }) }),
    onError: ({ path, error }) => {
      if (error.code === "INTERNAL_SERVER_ERROR") hub.log.error(`tRPC ${path}: ${String(error.cause ?? error)}`);
    },
  });
}
