import type { DatabaseName } from "../database/database-connection.ts";
import type { Hub } from "../hub/open-hub.ts";
import { toolName } from "../tool-name.ts";
import { publishedRelease } from "./published-release.ts";

export type Health = { tool: string; database: DatabaseName } & ({ status: "ok"; release: number | null } | { status: "failing"; problem: string });

/** Whether the hub can answer: asks the database which release is published. */
export async function health({ database, databaseName, log }: Pick<Hub, "database" | "databaseName" | "log">): Promise<Health> {
  const about = { tool: toolName, database: databaseName };
  try {
    const release = await publishedRelease(database);
    return { status: "ok", ...about, release: release?.number ?? null };
  } catch (error) {
    log.error(`health: ${String(error)}`);
    return { status: "failing", ...about, problem: "The database does not answer." };
  }
}
