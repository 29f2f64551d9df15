import { z } from "zod";
import { createToken, listTokens, revokeToken } from "../people/api-tokens.ts";
import { scopeSchema } from "../people/role.ts";
import { router, viewerProcedure } from "./trpc.ts";

/** Tokens of whoever asks. */
export const tokensRouter = router({
  list: viewerProcedure.query(({ ctx: { hub, actor } }) => listTokens(hub.database, actor.userId, hub.clock())),
  /** Answers the token, once. */
  create: viewerProcedure
    .input(z.object({ name: z.string().trim().min(1).max(100), scopes: z.array(scopeSchema).min(1), days: z.int().positive().max(366) }))
    .mutation(async ({ ctx: { hub, actor }, input }) => ({
      token: await hub.database.$transaction((transaction) => createToken(transaction, actor, input, hub.clock())),
    })),
  revoke: viewerProcedure
    .input(z.object({ id: z.int() }))
    .mutation(({ ctx: { hub, actor }, input: { id } }) => hub.database.$transaction((transaction) => revokeToken(transaction, actor, id, hub.clock()))),
});
