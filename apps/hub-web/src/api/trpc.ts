import { initTRPC } from "@trpc/server";
import type { Database } from "../database/open-database.ts";

/** What every procedure is given. */
export interface ApiContext {
  readonly database: Database;
}

const api = initTRPC.context<ApiContext>().create();

export const { router, procedure, createCallerFactory } = api;
