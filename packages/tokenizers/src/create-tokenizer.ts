import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "@tenfold/core";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readCompact } from "./compact.ts";
import type { TokenizerDefinition, TokenizerSettings } from "./definition.ts";
import { type DetectedTokenizer, detectTokenizer } from "./sources/detect-format.ts";
import { readBytes, readText } from "./sources/read-text.ts";
import { readSettings, type SettingsFiles } from "./sources/settings.ts";
import type { TiktokenOptions } from "./sources/tiktoken.ts";
import { readTokenizerJson } from "./sources/tokenizer-json.ts";
import { readUtf8 } from "./text/utf8.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface CreateTokenizerOptions {
  signal?: AbortSignal;
  /** Outdo what the files say. */
  settings?: TokenizerSettings;
  /** For files of ranks, which do not say how text is cut. */
  tiktoken?: TiktokenOptions;
}

/**
 * Makes the tokenizer of a model from its files, whatever their kind: tokenizer.json with what stands beside it, GGUF, SentencePiece,
 * tiktoken ranks, .litertlm and .task bundles, or the compact form.
 * @throws TenfoldError `unsupported-format` when no file holds a tokenizer or it needs what Tenfold does not have, `invalid-format`
 * saying what is wrong with it.
 */
export async function createTokenizer(files: readonly ModelFile[], options: CreateTokenizerOptions = {}): Promise<Tokenizer> {
  return assembleTokenizer(await readTokenizer(files, options));
}

/** What the files say, without making it work. Throws as `createTokenizer` does. */
export async function readTokenizer(files: readonly ModelFile[], options: CreateTokenizerOptions = {}): Promise<TokenizerDefinition> {
  const found = await detectTokenizer(files);
  options.signal?.throwIfAborted();
  if (!found) {
    const named = files.map(({ path }) => path).join(", ");
    throw new TenfoldError("unsupported-format", `No tokenizer is in: ${named.slice(0, 200)}`, {
      remedy: "Add its tokenizer.json or tokenizer.model.",
    });
  }
  const settings = { ...(await readSettingsFiles(files)), ...options.settings };
  const definition = await readDetected(found, settings, options);
  options.signal?.throwIfAborted();
  return definition;
}

async function readDetected({ format, file }: DetectedTokenizer, settings: TokenizerSettings, options: CreateTokenizerOptions): Promise<TokenizerDefinition> {
  const { signal, tiktoken } = options;
  switch (format) {
    case "compact":
      return readCompact(await readBytes(file));
    case "tokenizer.json":
      return readTokenizerJson(await readText(file), settings);
    case "gguf":
      return (await import("./sources/gguf.ts")).readGgufTokenizer(file, settings, signal);
    case "tiktoken":
      return (await import("./sources/ranks.ts")).readRanks(await readText(file), settings, tiktoken);
    case "sentencepiece":
      return readSentencePiece(await readBytes(file), settings);
    case "litertlm":
    case "task": {
      const { readLitertLmTokenizer, readTaskTokenizer } = await import("./sources/bundles.ts");
      const bundled = await (format === "task" ? readTaskTokenizer : readLitertLmTokenizer)(file, signal);
      return bundled.format === "sentencepiece" ? readSentencePiece(bundled.bytes, settings) : readTokenizerJson(readUtf8(bundled.bytes), settings);
    }
  }
}

async function readSentencePiece(bytes: Uint8Array, settings: TokenizerSettings): Promise<TokenizerDefinition> {
  return (await import("./sources/pieces.ts")).readPieces(bytes, settings);
}

async function readSettingsFiles(files: readonly ModelFile[]): Promise<TokenizerSettings> {
  const texts: SettingsFiles = {};
  for (const [key, name] of [
    ["config", "tokenizer_config.json"],
    ["specialTokens", "special_tokens_map.json"],
    ["chatTemplate", "chat_template.jinja"],
  ] as const) {
    const file = files.find(({ path }) => path === name || path.endsWith(`/${name}`));
    if (file) texts[key] = await readText(file);
  }
  return readSettings(texts);
}
