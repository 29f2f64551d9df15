import { idSchema } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { findModel } from "../catalog/find-model.ts";
import { listModels } from "../catalog/list-models.ts";
import { modelFacets } from "../catalog/model-facets.ts";
import { modelQuerySchema } from "../catalog/model-query.ts";
import { publicProcedure, router } from "./trpc.ts";

export const modelsRouter = router({
  list: publicProcedure.input(modelQuerySchema).query(({ ctx, input }) => listModels(ctx.hub.database, input)),
  facets: publicProcedure.query(({ ctx }) => modelFacets(ctx.hub.database)),
  byId: publicProcedure.input(z.object({ id: idSchema })).query(async ({ ctx, input }) => {
    const model = await findModel(ctx.hub.database, input.id);
    if (model === undefined) throw new TRPCError({ code: "NOT_FOUND", message: `This hub publishes no model ${input.id}.` });
    return model;
  }),
});
