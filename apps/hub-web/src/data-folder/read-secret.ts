import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";

/** The secret of this data folder, which signs sessions' cookies and seals what signs in to other servers; made when there is none. 43 characters. */
export async function readSecret(dataFolder: string): Promise<string> {
  const path = join(dataFolder, "secret");
  const found = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    // Another in its place would end all sessions, and lose what is sealed.
    throw new TenfoldError("storage-failed", `The secret in ${path} cannot be read.`, { cause, remedy: "Let the hub's user read the file." });
  });
  if (found !== undefined && found.trim().length >= 32) return found.trim();
  if (found !== undefined && found.trim() !== "") {
    throw new TenfoldError("storage-failed", `The secret in ${path} has fewer than 32 characters.`, {
      remedy: "Bring it back from a backup, or remove the file: then everybody signs in anew, and what signs in to other servers is entered again.",
    });
  }
  const secret = randomBytes(32).toString("base64url");
  const part = `${path}.part`;
  await writeFile(part, `${secret}\n`, { mode: 0o600, flush: true });
  await rename(part, path);
  return secret;
}
