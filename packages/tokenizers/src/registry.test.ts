import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixtures, folderFiles, modelFile, tinyModelFile } from "../test/files.ts";
import { createTokenizer } from "./create-tokenizer.ts";
import { createTokenizerRegistry, type TokenizerCache, type TokenizerModel, type TokenizerProvider } from "./registry.ts";

/** A cache in memory that counts. */
function createCache(): TokenizerCache & { entries: Map<string, Uint8Array>; reads: number } {
  const entries = new Map<string, Uint8Array>();
  const cache = {
    entries,
    reads: 0,
    async read(key: string) {
      cache.reads += 1;
      return entries.get(key);
    },
    async write(key: string, bytes: Uint8Array) {
      entries.set(key, bytes);
    },
  };
  return cache;
}

function tiny(id = "tiny"): TokenizerModel {
  const path = tinyModelFile("hf/tokenizer.json");
  return { id, files: [{ ...modelFile(path), sha256: createHash("sha256").update(readFileSync(path)).digest("hex") }] };
}

const weights = modelFile("weights.bin", Uint8Array.of(1, 2, 3));

test("a model's tokenizer is made once, and read from the cache by the next process", async () => {
  const cache = createCache();
  const registry = createTokenizerRegistry({ cache });
  const [first, second] = await Promise.all([registry.load(tiny()), registry.load(tiny())]);
  expect(second).toBe(first);
  expect(cache.entries.size).toBe(1);
  const later = createTokenizerRegistry({ cache });
  const unreadable: TokenizerModel = {
    id: "tiny",
    files: tiny().files.map((file) => ({ ...file, read: (range) => (range && range.end <= 64 ? file.read(range) : Promise.reject(new Error("read again"))) })),
  };
  expect((await later.load(unreadable)).encode("Hello there")).toEqual(first.encode("Hello there"));
});

test("a damaged entry of the cache is made anew", async () => {
  const cache = createCache();
  await createTokenizerRegistry({ cache }).load(tiny());
  const [key = ""] = cache.entries.keys();
  cache.entries.set(key, Uint8Array.of(1, 2, 3));
  expect((await createTokenizerRegistry({ cache }).load(tiny())).vocabularySize).toBe(1024);
  expect(cache.entries.get(key)?.length).toBeGreaterThan(1000);
});

test("a cache that fails is done without", async () => {
  const failing: TokenizerCache = { read: () => Promise.reject(new Error("no disk")), write: () => Promise.reject(new Error("no disk")) };
  expect((await createTokenizerRegistry({ cache: failing }).load(tiny())).vocabularySize).toBe(1024);
});

test("files without digests are not cached", async () => {
  const cache = createCache();
  await createTokenizerRegistry({ cache }).load({ id: "tiny", files: folderFiles(tinyModelFile("hf")) });
  expect(cache.entries.size).toBe(0);
});

test("a provider from outside is asked first, and can be taken out again", async () => {
  const tokenizer = await createTokenizer([modelFile(`${fixtures}bpe.model`)]);
  const provider: TokenizerProvider = {
    name: "outside",
    supportedFormats: ["bin"],
    detect: async (files) => (files.some(({ path }) => path.endsWith(".bin")) ? "bin" : undefined),
    create: async () => tokenizer,
  };
  const registry = createTokenizerRegistry();
  await expect(registry.load({ id: "m", files: [weights] })).rejects.toMatchObject({ code: "unsupported-format" });
  const remove = registry.register(provider);
  expect(await registry.load({ id: "m", files: [weights] })).toBe(tokenizer);
  remove();
  await expect(registry.load({ id: "other", files: [weights] })).rejects.toMatchObject({ code: "unsupported-format" });
});

test("files that a model comes without are fetched by a provider that knows where", async () => {
  const fetched: string[] = [];
  const fetcher: TokenizerProvider = {
    name: "fetcher",
    supportedFormats: [],
    detect: async () => undefined,
    create: () => Promise.reject(new Error("nothing to create")),
    async fetchFiles(model) {
      fetched.push(model.id);
      return tiny().files;
    },
  };
  const registry = createTokenizerRegistry({ providers: [fetcher] });
  expect((await registry.load({ id: "m", files: [weights] })).vocabularySize).toBe(1024);
  expect(fetched).toEqual(["m"]);
});

test("what failed is tried again, and an abort rejects with its reason", async () => {
  const registry = createTokenizerRegistry();
  let failures = 1;
  const flaky: TokenizerModel = {
    id: "flaky",
    files: tiny().files.map((file) => ({
      ...file,
      read: (range) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error("unplugged")) : file.read(range);
      },
    })),
  };
  await expect(registry.load(flaky)).rejects.toThrow("unplugged");
  expect((await registry.load(flaky)).vocabularySize).toBe(1024);
  const reason = new Error("enough");
  await expect(registry.load(tiny("aborted"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
