import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadOptions } from "@tenfold/core";
import { need } from "@tenfold/tooling/requirement";
import type { TestContext } from "vitest";

const { TENFOLD_MLC_MODEL: folder, TENFOLD_MLC_LIBRARY: library } = process.env;

/** A folder that MLC compiled, and the library for it: no registry has any, so they are given by who runs the tests. */
export const givenModel = folder && library ? { folder, library } : undefined;

export function needsGivenModel(context: TestContext): void {
  need(
    context,
    "mlc-model",
    givenModel !== undefined,
    "set TENFOLD_MLC_MODEL to a folder that MLC-LLM compiled, TENFOLD_MLC_LIBRARY to its .wasm for web-llm 0.2.86",
  );
}

/** Files of the folder, the configuration first. */
export function givenFiles({ folder: from }: { folder: string }): Readonly<Record<string, string>> {
  const names = readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith(".wasm"));
  const sorted = names.map(({ name }) => name).sort((one, other) => Number(other === "mlc-chat-config.json") - Number(one === "mlc-chat-config.json"));
  return Object.fromEntries(sorted.map((name) => [name, join(from, name)]));
}

/** The library is said to be of this web-llm: one that is not fails where it is linked. */
export function libraryOptions(from: string, path: string): LoadOptions {
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { contextSize: 1024, frameworkOptions: { library: { from, version: "v0_2_86", sha256 } } };
}
