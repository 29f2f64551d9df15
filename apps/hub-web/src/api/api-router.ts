import { modelsRouter } from "./models-router.ts";
import { peopleRouter } from "./people-router.ts";
import { createCallerFactory, router } from "./trpc.ts";

export const apiRouter = router({ models: modelsRouter, people: peopleRouter });
export type ApiRouter = typeof apiRouter;

/** The same procedures for pages, without a round trip. */
export const createApiCaller = createCallerFactory(apiRouter);
