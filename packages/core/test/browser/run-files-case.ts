import { createBrowserFiles } from "../../src/browser.ts";
import { filesCases } from "../files-cases.ts";

/** Runs one of the cases that hold for every platform, in a folder of its own. */
export async function runFilesCase(index: number): Promise<unknown> {
  const found = filesCases[index];
  if (!found) throw new Error(`There is no case ${index}.`);
  return found.run(createBrowserFiles(`cases/${crypto.randomUUID()}`));
}
