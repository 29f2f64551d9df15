import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "@tenfold/core";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readCompact, writeCompact } from "./compact.ts";
import { type CreateTokenizerOptions, createTokenizer } from "./create-tokenizer.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { detectTokenizer, tokenizerFormats } from "./sources/detect-format.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A model as far as its tokenizer needs to know it. An installed model is one. */
export interface TokenizerModel {
  readonly id: string;
  readonly files: readonly (ModelFile & { readonly sha256?: string })[];
}

/** Makes tokenizers of some kinds of files. */
export interface TokenizerProvider {
  readonly name: string;
  readonly supportedFormats: readonly string[];
  /** Which of its formats these files are of; undefined when they are none of its. */
  detect(files: readonly ModelFile[]): Promise<string | undefined>;
  create(files: readonly ModelFile[], options: CreateTokenizerOptions): Promise<Tokenizer>;
  /** Fetches the files of a tokenizer that a model comes without. Absent, or no files: it knows of none. */
  fetchFiles?(model: TokenizerModel, signal?: AbortSignal): Promise<TokenizerModel["files"]>;
}

/** Where compact forms are kept. What it holds may vanish at any time. */
export interface TokenizerCache {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

export interface TokenizerRegistryOptions {
  /** Asked before the one that is built in, the last one first. */
  providers?: readonly TokenizerProvider[];
  cache?: TokenizerCache;
}

export interface TokenizerRegistry {
  /** Adds a provider; returns what takes it out again. */
  register(provider: TokenizerProvider): () => void;
  /**
   * The tokenizer of a model: made once, and kept in the cache when the files have digests.
   * @throws TenfoldError `unsupported-format` when no provider knows the files and none can fetch others, and what the provider throws.
   */
  load(model: TokenizerModel, options?: CreateTokenizerOptions): Promise<Tokenizer>;
}

/** Everything that Tenfold reads itself. */
export const standardProvider: TokenizerProvider = {
  name: "tenfold",
  supportedFormats: tokenizerFormats,
  detect: async (files) => (await detectTokenizer(files))?.format,
  create: createTokenizer,
};

export function createTokenizerRegistry({ providers: given = [], cache }: TokenizerRegistryOptions = {}): TokenizerRegistry {
  const providers = [standardProvider, ...given];
  const loaded = new Map<string, Promise<Tokenizer>>();

  async function find(model: TokenizerModel, signal: AbortSignal | undefined) {
    for (const provider of [...providers].reverse()) {
      if (await provider.detect(model.files)) return { provider, files: model.files };
    }
    for (const fetcher of [...providers].reverse()) {
      const files = (await fetcher.fetchFiles?.(model, signal)) ?? [];
      if (files.length === 0) continue;
      for (const provider of [...providers].reverse()) if (await provider.detect(files)) return { provider, files };
    }
    throw new TenfoldError("unsupported-format", `The model ${model.id} comes without a tokenizer that is known here.`, {
      remedy: "Register a provider that reads or fetches it, or add the model's tokenizer.json.",
    });
  }

  async function make(model: TokenizerModel, options: CreateTokenizerOptions): Promise<Tokenizer> {
    const { provider, files } = await find(model, options.signal);
    const key = options.settings || options.tiktoken ? undefined : await cacheKey(provider, files);
    const kept = key === undefined ? undefined : await readCache(key);
    if (kept) return kept;
    const tokenizer = await provider.create(files, options);
    if (key !== undefined && tokenizer.definition) await writeCache(key, tokenizer.definition);
    return tokenizer;
  }

  async function writeCache(key: string, definition: TokenizerDefinition): Promise<void> {
    try {
      await cache?.write(key, writeCompact(definition));
    } catch {
      // A cache that is full or gone costs time, not the tokenizer.
    }
  }

  async function readCache(key: string): Promise<Tokenizer | undefined> {
    const bytes = await cache?.read(key).catch(() => undefined);
    if (!bytes) return undefined;
    try {
      return assembleTokenizer(readCompact(bytes));
    } catch (error) {
      // Damaged, or of another version: made anew.
      if (TenfoldError.is(error)) return undefined;
      throw error;
    }
  }

  return {
    register(provider) {
      providers.push(provider);
      return () => {
        const place = providers.lastIndexOf(provider);
        if (place >= 0) providers.splice(place, 1);
      };
    },
    async load(model, options = {}) {
      options.signal?.throwIfAborted();
      if (options.settings || options.tiktoken) return make(model, options);
      const identity = `${model.id}\n${model.files.map(({ path, sizeBytes, sha256 }) => `${path} ${sha256 ?? sizeBytes}`).join("\n")}`;
      const running = loaded.get(identity) ?? make(model, options);
      loaded.set(identity, running);
      // What failed, or was given up by the one who asked first, is tried again by the next.
      running.catch(() => loaded.delete(identity));
      return running;
    },
  };
}

/** By the digests of all files that count; undefined when one has none. */
async function cacheKey(provider: TokenizerProvider, files: TokenizerModel["files"]): Promise<string | undefined> {
  const main = provider === standardProvider ? (await detectTokenizer(files))?.file : undefined;
  const counting = files.filter((file) => file === main || /(?:^|\/)(?:tokenizer_config\.json|special_tokens_map\.json|chat_template\.jinja)$/.test(file.path));
  if (!main || counting.some(({ sha256 }) => sha256 === undefined)) return undefined;
  return counting.map(({ sha256 = "" }) => sha256.slice(0, 32)).join("-");
}
