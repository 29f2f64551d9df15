import { parse } from "@tenfold/catalog";
import { z } from "zod";
import { listAudit } from "../audit/list-audit.ts";
import type { DataOption } from "./command-environment.ts";
import { withDatabase } from "./with-database.ts";

export interface AuditOptions extends DataOption {
  readonly action?: string;
  readonly subject?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `tenfold-hub audit`: who did what, newest first. */
export async function audit({ action, subject, limit, json = false, ...options }: AuditOptions, write: (text: string) => void): Promise<void> {
  const count = parse(z.coerce.number().int().positive().max(100_000), limit, "limit", "invalid-input");
  const lines = await withDatabase(options, (database) => listAudit(database, { action, subject, limit: count }));
  for (const line of lines) {
    if (json) write(`${JSON.stringify(line)}\n`);
    else write(`${line.at}  ${line.action.padEnd(18)} ${line.subject}  by ${line.actor}${line.via === line.actor ? "" : ` (${line.via})`}\n`);
  }
}
