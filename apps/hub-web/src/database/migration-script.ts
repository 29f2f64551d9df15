import { PGlite } from "@electric-sql/pglite";
import { type Migrations, migrationList, schemaFilters } from "./migrations.ts";
import { pgliteAdapter } from "./pglite-adapter.ts";
import { openSchemaEngine } from "./schema-engine.ts";

/** The script that leads from where the migrations end to the schema; nothing when they agree. */
export async function migrationScript(migrations: Migrations): Promise<string | undefined> {
  const databases: PGlite[] = [];
  const connect = () => {
    const database = new PGlite();
    databases.push(database);
    return pgliteAdapter(database).connect();
  };
  // The adapter's own shadow database is the database itself; a comparison needs an empty one.
  const engine = await openSchemaEngine({ provider: "postgres", adapterName: "pglite", connect, connectToShadowDb: connect }, migrations.schema);
  try {
    const { stdout } = await engine.diff({
      from: { tag: "migrations", ...migrationList(migrations) },
      to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: migrations.schema }] },
      script: true,
      exitCode: null,
      filters: schemaFilters,
    });
    return stdout?.trim() && !stdout.startsWith("-- This is an empty migration") ? stdout : undefined;
  } finally {
    await Promise.all(databases.map((database) => database.close()));
  }
}
