import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseJson, TenfoldError } from "@tenfold/catalog";
import { type Starter, starterSchema } from "./starter-schema.ts";

/** @throws TenfoldError `storage-failed` when it cannot be read, `invalid-manifest` naming each wrong path in it. */
export async function readStarter(folder: string): Promise<Starter> {
  const file = join(folder, "models.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw TenfoldError.from(error, "storage-failed", "The starter catalog cannot be read", {
      remedy: "Name a folder that holds models.json with TENFOLD_HUB_STARTER.",
    });
  });
  return parseJson(starterSchema, text, `starter catalog ${file}`);
}
