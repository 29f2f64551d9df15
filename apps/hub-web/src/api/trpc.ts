import { TenfoldError } from "@tenfold/catalog";
import { initTRPC, TRPCError } from "@trpc/server";
import type { Hub } from "../hub/open-hub.ts";
import { type Actor, permits } from "../people/actor.ts";
import type { Role } from "../people/role.ts";

/** What every procedure is given. */
export interface ApiContext {
  readonly hub: Hub;
  /** Who asks; absent for everybody who has not signed in. */
  readonly actor?: Actor | undefined;
  /** Looks again who it is, for answers that take long: a session may have ended meanwhile. */
  readonly actorNow?: (() => Promise<Actor | undefined>) | undefined;
  /** Where from, as far as is known. Attempts are counted by it. */
  readonly address?: string | undefined;
}

export interface ApiMeta {
  /** Who may call a procedure; the matrix of roles and procedures is made from it. */
  readonly needs: Role | "nobody";
}

/** Which of tRPC's codes an error of ours is; all others are failures of the hub. */
const codes = {
  "invalid-input": "BAD_REQUEST",
  "invalid-manifest": "BAD_REQUEST",
  "illegal-transition": "CONFLICT",
  conflict: "CONFLICT",
  forbidden: "FORBIDDEN",
  "unknown-model": "NOT_FOUND",
  "unknown-variant": "NOT_FOUND",
  // What an upstream says is the upstream's fault or the address's, and the person is told.
  unauthorized: "BAD_REQUEST",
  "unsupported-format": "BAD_REQUEST",
  "invalid-format": "BAD_REQUEST",
  "size-mismatch": "BAD_REQUEST",
  "digest-mismatch": "BAD_REQUEST",
  "http-status": "BAD_GATEWAY",
  "catalog-unreachable": "BAD_GATEWAY",
  network: "BAD_GATEWAY",
  timeout: "BAD_GATEWAY",
} as const;

const api = initTRPC
  .context<ApiContext>()
  .meta<ApiMeta>()
  .create({
    defaultMeta: { needs: "nobody" },
    // Who has left without a word is noticed, and proxies do not take silence for the end.
    sse: { ping: { enabled: true, intervalMs: 15_000 } },
    errorFormatter: ({ shape, error: { code, cause } }) => ({
      ...shape,
      // What breaks inside names places and rows of ours: that is for the log.
      ...(code === "INTERNAL_SERVER_ERROR" && !TenfoldError.is(cause) && { message: "The hub could not answer; its log says why." }),
      data: {
        ...shape.data,
        // Where the code stands is nobody's affair but the log's.
        stack: undefined,
        ...(TenfoldError.is(cause) && { tenfold: { code: cause.code, remedy: cause.remedy, details: cause.details } }),
      },
    }),
  });

const answering = api.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok || !TenfoldError.is(result.error.cause)) return result;
  const { cause } = result.error;
  const code = (codes as Partial<Record<string, TRPCError["code"]>>)[cause.code];
  return code === undefined ? result : { ...result, error: new TRPCError({ code, message: cause.message, cause }) };
});

/** For everybody. */
export const publicProcedure = api.procedure.use(answering);

function procedureFor(needs: Role) {
  return publicProcedure.meta({ needs }).use(({ ctx, next }) => {
    const { actor } = ctx;
    if (actor === undefined) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first." });
    if (!permits(actor, needs))
      throw new TRPCError({ code: "FORBIDDEN", message: `This needs the role ${needs}${actor.token ? " and a token with its scope" : ""}.` });
    return next({ ctx: { ...ctx, actor } });
  });
}

/** For whoever has an account. */
export const viewerProcedure = procedureFor("viewer");
/** For those who edit what will be published. */
export const curatorProcedure = procedureFor("curator");
/** For those who approve, publish and revoke. */
export const reviewerProcedure = procedureFor("reviewer");
/** For those who look after the hub and its people. */
export const adminProcedure = procedureFor("admin");

export const { router, createCallerFactory } = api;
