import { idSchema, TenfoldError } from "@tenfold/catalog";
import { compatibilityRulesVersion } from "@tenfold/core/selection";
import { z } from "zod";
import { matrixPage } from "../matrix/matrix.ts";
import { cellOf } from "../matrix/matrix-cell.ts";
import { matrixQuerySchema } from "../matrix/matrix-query.ts";
import { askedDevices, askedRows, publishedMatrix } from "../matrix/published-matrix.ts";
import { needSchema, recommend } from "../matrix/recommend.ts";
import { publicProcedure, router } from "./trpc.ts";

const { context, entitlement } = matrixQuerySchema.shape;

/** What runs where. */
export const matrixRouter = router({
  page: publicProcedure.input(matrixQuerySchema).query(async ({ ctx: { hub }, input }) => {
    const matrix = await publishedMatrix(hub.database);
    const columns = askedDevices(matrix, input.device);
    const page = matrixPage(await askedRows(hub.database, matrix, input), columns, input);
    return { ...(matrix.release && { release: matrix.release }), rules: compatibilityRulesVersion, columns, devices: matrix.devices, ...page };
  }),
  /** One cell, with the estimate it comes from. */
  cell: publicProcedure
    .input(z.object({ model: idSchema, variant: idSchema, framework: z.optional(idSchema), device: idSchema, context, entitlement }))
    .query(async ({ ctx: { hub }, input }) => {
      const matrix = await publishedMatrix(hub.database);
      const row = matrix.rows.find(
        ({ model, variant, profile }) =>
          model.id === input.model && variant.id === input.variant && (input.framework === undefined || profile?.framework === input.framework),
      );
      if (!row) throw new TenfoldError("unknown-variant", `This hub publishes no variant ${input.variant} of ${input.model} for such a framework.`);
      const [device] = askedDevices(matrix, [input.device]);
      if (!device) throw new TenfoldError("invalid-input", `This hub has no device ${input.device}.`);
      return { row, device, cell: cellOf(row, device, input) };
    }),
  recommend: publicProcedure.input(needSchema).query(({ ctx: { hub }, input }) => recommend(hub.database, input)),
});
