import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "@tenfold/catalog";
import { composeStarter } from "./compose-starter.ts";
import { readStarterFacts } from "./starter-facts.ts";
import { starterSchema, type WrittenStarter } from "./starter-schema.ts";
import { starterSourcesSchema } from "./starter-sources.ts";

/** The starter catalog as its sources and facts make it now. */
export async function composedStarter(folder: string): Promise<WrittenStarter> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8")) as unknown;
  const sources = parse(starterSourcesSchema, await read("sources.json"), "sources.json");
  const own = (await read("own.json")) as WrittenStarter;
  parse(starterSchema, own, "own.json");
  const starter = composeStarter(sources, await readStarterFacts(folder), own.models);
  parse(starterSchema, starter, "starter catalog");
  return starter;
}

/** Writes `models.json`, all of it or nothing. */
export async function writeStarter(folder: string): Promise<{ models: number; variants: number }> {
  const starter = await composedStarter(folder);
  const file = join(folder, "models.json");
  await writeFile(`${file}.new`, `${JSON.stringify(starter, undefined, 1)}\n`);
  await rename(`${file}.new`, file);
  return { models: starter.models.length, variants: starter.models.reduce((sum, { variants }) => sum + variants.length, 0) };
}
