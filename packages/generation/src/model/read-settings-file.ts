import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";

/** A JSON object of unknown shape. */
export type SettingsFile = Readonly<Record<string, unknown>>;

const mostBytes = 4 * 1024 * 1024;

/** What a small JSON file beside a model says; empty where there is none. @throws TenfoldError `invalid-format` naming the file. */
export async function readSettingsFile(file: InstalledFile | undefined, framework: string): Promise<SettingsFile> {
  if (!file) return {};
  const wrong = (what: string) => new TenfoldError("invalid-format", `${file.path} ${what}.`, { framework });
  if (file.sizeBytes > mostBytes) throw wrong(`has ${file.sizeBytes} bytes; ${mostBytes} is the most`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await file.read()));
  } catch {
    throw wrong("is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("is not a JSON object");
  return value as SettingsFile;
}
