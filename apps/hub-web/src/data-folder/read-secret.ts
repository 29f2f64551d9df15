import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";

/** The secret of this data folder, which signs sessions' cookies; made when there is none. 43 characters. */
export async function readSecret(dataFolder: string): Promise<string> {
  const path = join(dataFolder, "secret");
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found !== undefined && found.trim().length >= 32) return found.trim();
  if (found !== undefined && found.trim() !== "") {
    throw new TenfoldError("storage-failed", `The secret in ${path} has fewer than 32 characters.`, {
      remedy: "Bring it back from a backup, or remove the file: everybody signs in anew.",
    });
  }
  const secret = randomBytes(32).toString("base64url");
  const part = `${path}.part`;
  await writeFile(part, `${secret}\n`, { mode: 0o600, flush: true });
  await rename(part, path);
  return secret;
}
