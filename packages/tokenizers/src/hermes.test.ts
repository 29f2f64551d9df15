import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { need } from "@tenfold/tooling/requirement";
import { build, type Plugin } from "esbuild";
import { beforeEach, expect, test } from "vitest";
import { corpus } from "../test/corpus.ts";
import { fixtures, modelFile, tinyModelFile } from "../test/files.ts";
import { createTokenizer } from "./create-tokenizer.ts";

const run = promisify(execFile);
const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: "linux64-bin/hermes", darwin: "osx-bin/hermes", win32: "win64-bin/hermes.exe" };
const hermes = fileURLToPath(new URL(`../node_modules/hermes-engine-cli/${platforms[process.platform] ?? "none"}`, import.meta.url));
const sources = fileURLToPath(new URL(".", import.meta.url));
const joinBytesSource = fileURLToPath(new URL("../../catalog/src/join-bytes.ts", import.meta.url));

beforeEach((context) => need(context, "hermes", existsSync(hermes), `no Hermes for ${process.platform} is in hermes-engine-cli`));

/** This Hermes is of 2022 and reads no classes; apps get theirs lowered by Babel. The error is the only one. */
const errorWithoutClass: Plugin = {
  name: "error-without-class",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@tenfold\/catalog$/ }, () => ({ path: "catalog", namespace: "stand-in" }));
    onLoad({ filter: /./, namespace: "stand-in" }, () => ({
      contents: `
        export { joinBytes } from ${JSON.stringify(joinBytesSource)};
        export function TenfoldError(code, message) { return Object.assign(new Error(message), { name: 'TenfoldError', code }); }`,
      resolveDir: ".",
    }));
  },
};

/** Encodes and decodes the corpus in Hermes. */
async function inHermes(read: string): Promise<unknown> {
  const script = `
    import { assembleTokenizer } from "${sources}assemble-tokenizer.ts";
    import { readCompact, writeCompact } from "${sources}compact.ts";
    import { corpus } from "${sources}../test/corpus.ts";
    ${read}
    const tokenizer = assembleTokenizer(readCompact(writeCompact(definition)));
    const ids = Array.from(tokenizer.encode(corpus));
    print(JSON.stringify([ids, Array.from(tokenizer.encodeWithOffsets(corpus).offsets), tokenizer.decode(ids)]));`;
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: sources, loader: "ts" },
    bundle: true,
    format: "iife",
    platform: "neutral",
    target: "es2015",
    charset: "ascii",
    plugins: [errorWithoutClass],
    write: false,
  });
  const folder = await mkdtemp(join(tmpdir(), "tenfold-hermes-"));
  try {
    await writeFile(join(folder, "script.js"), outputFiles[0]?.text ?? "");
    const { stdout } = await run(hermes, ["-O", join(folder, "script.js")], { maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readJson(path: string): string {
  return `import { readTokenizerJson } from "${sources}sources/tokenizer-json.ts"; import json from "${path}"; const definition = readTokenizerJson(JSON.stringify(json));`;
}

function readModel(path: string): string {
  return `import { readSentencePiece } from "${sources}sources/sentencepiece.ts"; const definition = readSentencePiece(Uint8Array.from(${JSON.stringify([...readFileSync(path)])}));`;
}

test.each([
  ["the tiny model's", tinyModelFile("hf/tokenizer.json"), readJson],
  ["the tiny encoder's", tinyModelFile("encoder/hf/tokenizer.json"), readJson],
  ["a SentencePiece", `${fixtures}bpe.model`, readModel],
  ["a unigram", `${fixtures}unigram-bytes.model`, readModel],
] as const)("in Hermes %s tokenizer gives the same tokens, places and text", async (...[, path, read]) => {
  const tokenizer = await createTokenizer([modelFile(path)]);
  const ids = [...tokenizer.encode(corpus)];
  expect(await inHermes(read(path))).toEqual([ids, [...tokenizer.encodeWithOffsets(corpus).offsets], tokenizer.decode(ids)]);
});
