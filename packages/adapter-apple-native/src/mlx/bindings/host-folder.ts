import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with the host's program and what it needs. A path that no bundler follows. */
export function hostFolderOf(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "../../../python");
}
