import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { apiRouter } from "../../../../api/api-router.ts";
import { currentHub } from "../../../../hub/current-hub.ts";

export const dynamic = "force-dynamic";

function answer(request: Request): Promise<Response> {
  const { database, log } = currentHub();
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: apiRouter,
    createContext: () => ({ database }),
    onError: ({ path, error }) => {
      if (error.code === "INTERNAL_SERVER_ERROR") log.error(`tRPC ${path}: ${String(error.cause ?? error)}`);
    },
  });
}

export { answer as GET, answer as POST };
