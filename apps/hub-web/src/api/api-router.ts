import { curationRouter } from "./curation-router.ts";
import { devicesRouter } from "./devices-router.ts";
import { importsRouter } from "./imports-router.ts";
import { jobsRouter } from "./jobs-router.ts";
import { matrixRouter } from "./matrix-router.ts";
import { modelsRouter } from "./models-router.ts";
import { peopleRouter } from "./people-router.ts";
import { releasesRouter } from "./releases-router.ts";
import { tokensRouter } from "./tokens-router.ts";
import { createCallerFactory, router } from "./trpc.ts";
import { upkeepRouter } from "./upkeep-router.ts";
import { webhooksRouter } from "./webhooks-router.ts";

export const apiRouter = router({
  models: modelsRouter,
  curation: curationRouter,
  devices: devicesRouter,
  imports: importsRouter,
  jobs: jobsRouter,
  matrix: matrixRouter,
  releases: releasesRouter,
  people: peopleRouter,
  tokens: tokensRouter,
  upkeep: upkeepRouter,
  webhooks: webhooksRouter,
});
export type ApiRouter = typeof apiRouter;

/** The same procedures for pages, without a round trip. */
export const createApiCaller = createCallerFactory(apiRouter);
