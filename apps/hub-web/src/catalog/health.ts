import type { Hub } from "../hub/open-hub.ts";
import { toolName } from "../tool-name.ts";
import { publishedRelease } from "./published-release.ts";

export type Health = { status: "ok"; tool: string; release: number | null } | { status: "failing"; tool: string; problem: string };

/** Whether the hub can answer: asks the database which release is published. */
export async function health({ database, log }: Pick<Hub, "database" | "log">): Promise<Health> {
  try {
    const release = await publishedRelease(database);
    return { status: "ok", tool: toolName, release: release?.number ?? null };
  } catch (error) {
    log.error(`health: ${String(error)}`);
    return { status: "failing", tool: toolName, problem: "The database does not answer." };
  }
}
