import { idSchema, TenfoldError } from "@tenfold/catalog";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { findModel } from "../catalog/find-model.ts";
import { listModels } from "../catalog/list-models.ts";
import { modelFacets } from "../catalog/model-facets.ts";
import { modelQuerySchema } from "../catalog/model-query.ts";
import { procedure, router } from "./trpc.ts";

export const modelsRouter = router({
  list: procedure.input(modelQuerySchema).query(async ({ ctx, input }) => {
    try {
      return await listModels(ctx.database, input);
    } catch (error) {
      if (TenfoldError.is(error, "invalid-input")) throw new TRPCError({ code: "BAD_REQUEST", message: error.message, cause: error });
      throw error;
    }
  }),
  facets: procedure.query(({ ctx }) => modelFacets(ctx.database)),
  byId: procedure.input(z.object({ id: idSchema })).query(async ({ ctx, input }) => {
    const model = await findModel(ctx.database, input.id);
    if (model === undefined) throw new TRPCError({ code: "NOT_FOUND", message: `This hub publishes no model ${input.id}.` });
    return model;
  }),
});
