import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { runScript } from "./run-script.ts";

/** Several connections to a PostgreSQL server. */
export type Pool = ReturnType<Awaited<ReturnType<PrismaPg["connect"]>>["underlyingDriver"]>;

/**
 * Connects Prisma to a PostgreSQL server through a pool that the caller ends. Its adapter (7.10.0) cuts a script at each
 * semicolon, inside of functions too; here `run` gives it to the server whole.
 */
export function postgresAdapter(pool: Pool, run = (sql: string): Promise<unknown> => pool.query(sql)): SqlMigrationAwareDriverAdapterFactory {
  const driver = new PrismaPg(pool);
  const connect = async () => {
    const connection = await driver.connect();
    connection.executeScript = (script) => runScript(run, script);
    return connection;
  };
  return { provider: driver.provider, adapterName: driver.adapterName, connect, connectToShadowDb: () => driver.connectToShadowDb() };
}
