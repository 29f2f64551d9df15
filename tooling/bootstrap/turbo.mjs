import { join } from "node:path";
import { pnpm } from "./pnpm.mjs";
import { root } from "./surroundings.mjs";

/** How to call turbo with these words. It is called by its path: `pnpm exec` costs half a second. */
export async function turbo(words, extra = {}) {
  const { env } = await pnpm();
  return { command: process.execPath, words: [join(root, "node_modules/turbo/bin/turbo"), ...words], env: { ...env, ...extra } };
}
