import type { PGlite } from "@electric-sql/pglite";
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { runScript } from "./run-script.ts";

/**
 * Connects Prisma to PGlite. Its adapter (0.7.2) answers before a script has run and loses its error, so that a migration
 * that failed would be recorded as applied; here `run` is waited for and its error passed on.
 */
export function pgliteAdapter(database: PGlite, run = (sql: string): Promise<unknown> => database.exec(sql)): SqlMigrationAwareDriverAdapterFactory {
  const connect = async () => {
    const connection = await new PrismaPGlite(database).connect();
    connection.executeScript = (script) => runScript(run, script);
    return connection;
  };
  return { provider: "postgres", adapterName: "pglite", connect, connectToShadowDb: connect };
}
