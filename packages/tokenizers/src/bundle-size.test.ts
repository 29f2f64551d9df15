import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { corpus } from "../test/corpus.ts";
import { fixtures, modelFile, tinyModelFile } from "../test/files.ts";
import { createTokenizer } from "./create-tokenizer.ts";

const sources = fileURLToPath(new URL(".", import.meta.url));
const mostBytes = 25_000;

/** `createTokenizer` without what it depends on. The table of categories is data. */
const shared: BuildOptions = {
  stdin: { contents: `export { createTokenizer } from "${sources}index.ts";`, resolveDir: sources },
  bundle: true,
  minify: true,
  format: "esm",
  platform: "neutral",
  write: false,
};

async function chunks(): Promise<{ first: number; all: number }> {
  const { outputFiles = [], metafile } = await build({
    ...shared,
    splitting: true,
    outdir: "out",
    metafile: true,
    external: ["@huggingface/jinja", "@tenfold/*"],
    plugins: [
      {
        name: "without-data",
        setup: ({ onLoad }) => onLoad({ filter: /(category-runs|alone-marks)\.ts$/ }, () => ({ contents: 'export const categoryRuns = "", aloneMarks = "";' })),
      },
    ],
  });
  const outputs = metafile?.outputs ?? {};
  const initial = new Set<string>();
  const visit = (path: string) => {
    if (initial.has(path)) return;
    initial.add(path);
    for (const found of outputs[path]?.imports ?? []) if (found.kind === "import-statement" && !found.external) visit(found.path);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (entryPoint === "<stdin>") visit(path);
  const sizes = Object.keys(outputs).map((path) => {
    const file = outputFiles.find((output) => output.path.endsWith(path));
    return { path, bytes: gzipSync(file?.contents ?? "", { level: 9 }).length };
  });
  const sum = (list: readonly { bytes: number }[]) => list.reduce((total, { bytes }) => total + bytes, 0);
  return { first: sum(sizes.filter(({ path }) => initial.has(path))), all: sum(sizes) };
}

test("what a page loads to use a tokenizer.json has at most 25 kB gzipped; readers of other files come when they are needed", async () => {
  const { first, all } = await chunks();
  expect(first).toBeGreaterThan(10_000);
  expect(first).toBeLessThanOrEqual(mostBytes);
  expect(all).toBeGreaterThan(first);
});

describe("an engine without encoders, decoders and the newer regular expressions", () => {
  let script: string;
  beforeAll(async () => {
    const { outputFiles } = await build({
      ...shared,
      format: "iife",
      globalName: "bundle",
      // What the engine cannot read as a literal becomes a call, which the next test looks for.
      supported: {
        "regexp-unicode-property-escapes": false,
        "regexp-lookbehind-assertions": false,
        "regexp-named-capture-groups": false,
        "regexp-match-indices": false,
        "regexp-set-notation": false,
      },
    });
    script = outputFiles?.[0]?.text ?? "";
  });

  test("needs none of the newer regular expressions", async () => {
    const { outputFiles } = await build({ ...shared, format: "iife", globalName: "bundle" });
    const calls = (text: string) => text.split("new RegExp(").length;
    expect(calls(script)).toBe(calls(outputFiles?.[0]?.text ?? ""));
  });

  test.each([tinyModelFile("hf/tokenizer.json"), tinyModelFile("gguf/tenfold-tiny-q8_0.gguf"), `${fixtures}unigram.model`, `${fixtures}bpe.model`])(
    "encodes %s the same",
    async (path) => {
      const files = [modelFile(path, readFileSync(path))];
      // Core reads GGUF's strings with a TextDecoder; the tokenizers themselves do without.
      const context = createContext({ files, corpus, ...(path.endsWith(".gguf") ? { TextDecoder } : {}) });
      runInContext(script, context);
      const encoded = await runInContext(
        "bundle.createTokenizer(files).then((tokenizer) => { const ids = [...tokenizer.encode(corpus)]; return JSON.stringify([ids, tokenizer.decode(ids)]); })",
        context,
      );
      const tokenizer = await createTokenizer(files);
      const ids = [...tokenizer.encode(corpus)];
      expect(JSON.parse(String(encoded))).toEqual([ids, tokenizer.decode(ids)]);
    },
  );
});
