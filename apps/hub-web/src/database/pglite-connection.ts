import type { PGlite } from "@electric-sql/pglite";
import { DriverAdapterError, type SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";

/**
 * Connects Prisma's schema engine to PGlite. The adapter (0.7.2) answers before a script has run and loses its error, so
 * that a migration that failed would be recorded as applied; here the script is waited for and its error passed on.
 */
export function pgliteConnection(database: PGlite): SqlMigrationAwareDriverAdapterFactory {
  const connect = async () => {
    const connection = await new PrismaPGlite(database).connect();
    connection.executeScript = async (script) => {
      try {
        await database.exec(script);
      } catch (error) {
        throw new DriverAdapterError(postgresError(error));
      }
    };
    return connection;
  };
  return { provider: "postgres", adapterName: "pglite", connect, connectToShadowDb: connect };
}

/** Only what the engine reads of it: PGlite hangs the whole query on its errors. */
function postgresError(error: unknown) {
  const { code = "XX000", severity = "ERROR", message = String(error) } = error as { code?: string; severity?: string; message?: string };
  return { kind: "postgres" as const, code, severity, message, detail: undefined, column: undefined, hint: undefined };
}
