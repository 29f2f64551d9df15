import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { Tiktoken } from "tiktoken/lite";
import { Tokenizer as RustTokenizer } from "tokenizers";
import { assembleTokenizer, createTokenizer, readCompact, readTokenizer, writeCompact } from "../src/index.ts";
import { folderFiles, packagedTokenizer } from "../test/files.ts";

const require = createRequire(import.meta.url);

/** A tokenizer, ready to encode. */
export interface Rival {
  readonly name: string;
  /** The number of tokens. */
  encode(text: string): number | Promise<number>;
}

/** The names of vocabularies in gpt-tokenizer and tiktoken, by those of ours. */
const sharedVocabularies: Readonly<Record<string, string>> = { gpt4o: "o200k_base", gpt35turbo: "cl100k_base" };

export async function createRivals(name: string): Promise<Rival[]> {
  const folder = packagedTokenizer(name);
  const json = readFileSync(`${folder}/tokenizer.json`, "utf8");
  const ours = await createTokenizer(folderFiles(folder));
  const rust = RustTokenizer.fromString(json);
  const huggingFace = new HuggingFaceTokenizer(JSON.parse(json), JSON.parse(readFileSync(`${folder}/tokenizer_config.json`, "utf8")));
  const rivals: Rival[] = [
    { name: "tenfold", encode: (text) => ours.encode(text).length },
    { name: "tokenizers (Rust)", encode: async (text) => (await rust.encode(text, null, { addSpecialTokens: false })).getIds().length },
    { name: "@huggingface/tokenizers", encode: (text) => huggingFace.encode(text, { add_special_tokens: false }).ids.length },
  ];
  const shared = sharedVocabularies[name];
  if (!shared) return rivals;
  const gpt = (await import(fileURLToPath(new URL(`../node_modules/gpt-tokenizer/esm/encoding/${shared}.js`, import.meta.url)))) as {
    encode(text: string, options: object): number[];
  };
  const data = require(`tiktoken/encoders/${shared}.json`) as { bpe_ranks: string; special_tokens: Record<string, number>; pat_str: string };
  const wasm = new Tiktoken(data.bpe_ranks, data.special_tokens, data.pat_str);
  return [
    ...rivals,
    { name: "gpt-tokenizer", encode: (text) => gpt.encode(text, { disallowedSpecial: new Set() }).length },
    { name: "tiktoken (wasm)", encode: (text) => wasm.encode(text, [], []).length },
  ];
}

/** CPU milliseconds to load, from the file for Rust and from the compact form for ours. */
export async function loadTimes(name: string): Promise<{ rustMs: number; compactMs: number; compactBytes: number }> {
  const folder = packagedTokenizer(name);
  const json = readFileSync(`${folder}/tokenizer.json`, "utf8");
  const compact = writeCompact(await readTokenizer(folderFiles(folder)));
  const least = (measure: () => void) => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round += 1) {
      const start = cpuMs();
      measure();
      best = Math.min(best, cpuMs() - start);
    }
    return best;
  };
  const rustMs = least(() => RustTokenizer.fromString(json));
  const compactMs = least(() => assembleTokenizer(readCompact(compact)).encode("Hello"));
  return { rustMs, compactMs, compactBytes: compact.length };
}

/** Of this process, all threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
