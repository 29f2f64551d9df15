import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import type { Run } from "./in-transaction.ts";

/** Runs a script as the schema engine expects it: waited for, and with only what the engine reads of an error, on which drivers hang the whole query. */
export async function runScript(run: Run, script: string): Promise<void> {
  try {
    await run(script);
  } catch (error) {
    const { code = "XX000", severity = "ERROR", message = String(error) } = error as { code?: string; severity?: string; message?: string };
    throw new DriverAdapterError({ kind: "postgres", code, severity, message, detail: undefined, column: undefined, hint: undefined });
  }
}
