import { createDatabase, type PostgresServer } from "@tenfold/tooling/postgres";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    postgres: PostgresServer | undefined;
  }
}

/** Where a test keeps its rows: in PGlite, or, when its project is "PostgreSQL", in an empty database on that server. */
export async function newDatabase(): Promise<{ databaseUrl?: string }> {
  const server = inject("postgres");
  return server === undefined ? {} : { databaseUrl: await createDatabase(server) };
}

/** The same, for a hub in a process of its own. */
export async function newDatabaseEnvironment(): Promise<{ DATABASE_URL?: string }> {
  const { databaseUrl } = await newDatabase();
  return databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
}
