import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";

const mostBytes = 4 * 1024 * 1024;

/** What generation_config.json says, as parsed JSON; empty where there is none. @throws TenfoldError `invalid-format`. */
export async function readGenerationFile(files: readonly InstalledFile[], framework: string): Promise<unknown> {
  const file = files.find(({ path }) => path === "generation_config.json" || path.endsWith("/generation_config.json"));
  if (!file) return {};
  const wrong = (what: string) => new TenfoldError("invalid-format", `${file.path} ${what}.`, { framework });
  if (file.sizeBytes > mostBytes) throw wrong(`has ${file.sizeBytes} bytes; ${mostBytes} is the most`);
  try {
    return JSON.parse(new TextDecoder().decode(await file.read()));
  } catch {
    throw wrong("is not JSON");
  }
}
