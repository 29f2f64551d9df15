/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { LogLevel } from "@tenfold/core";
import { createBreakers, createConstraintCompiler, type Vocabulary } from "@tenfold/generation/loop";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import type { Binding, NativeLoadOptions, NativeModel } from "../binding.ts";
import { readContextMemory } from "../context-memory.ts";
import { createDetokenize } from "../detokenize.ts";
import type { WasmPaths } from "../factory-options.ts";
import { createCandidateReader } from "../wasm/candidates.ts";
import { importWllama, type WllamaLibrary } from "../wasm/library.ts";
import { createSequence } from "../wasm/sequence.ts";
import { type OpenWllama, openWllama } from "../wasm/wllama.ts";

type Log = (level: LogLevel, message: string) => void;

/** The physical batch of llama.cpp, which wllama leaves at its default: an encoder takes a text at once. */
const encoderBatchSize = 512;

/** llama.cpp compiled to WebAssembly, through wllama, which is imported on first use and computes in a worker of its own. */
export function createBrowserBinding(wasm: Partial<WasmPaths>): Binding {
  return {
    opensBytes: true,
    ignores: ["gpuLayers", "mmap", "mlock", "lora", "speculation", "cacheFolder", "projector"],
    async open(log) {
      if (typeof document === "undefined") {
        throw new TenfoldError("framework-unavailable", "wllama starts from a page only, and computes in a worker of its own.", {
          framework: "llama.cpp",
          remedy: "Load the model in the page: computing does not block it.",
        });
      }
      const library = await importWllama();
      const isolated = globalThis.crossOriginIsolated;
      return {
        version: library.Wllama.getLibllamaVersion(),
        through: isolated ? "wllama, with threads" : "wllama, with one thread: the page is not cross-origin isolated (COOP and COEP)",
        accelerator: "cpu",
        // Half of the logical cores are second threads of others, as a rule; the adapter leaves one more free.
        cores: isolated ? (navigator.hardwareConcurrency >> 1) + 1 : 1,
        load: (options) => load(library, wasm, options, log, isolated),
      };
    },
  };
}

async function load(library: WllamaLibrary, wasm: Partial<WasmPaths>, options: NativeLoadOptions, log: Log, isolated: boolean): Promise<NativeModel> {
  const { files, contextSize, batchSize, embeddings, flashAttention, signal } = options;
  if (options.ranks)
    throw new TenfoldError("unsupported-request", "wllama does not rank documents.", { framework: "llama.cpp", remedy: "Load the model in Node." });
  if (options.threads > 1 && !isolated) log("warning", "The page is not cross-origin isolated, so that llama.cpp computes with one thread.");
  const blobs = await Promise.all(files.map(async (file) => (file.blob ? await file.blob() : new Blob([(await file.read()) as Uint8Array<ArrayBuffer>]))));
  const tokenizer = await createTokenizer(files);
  const opened = await openWllama(library, {
    wasm,
    blobs,
    log,
    signal,
    settings: {
      n_ctx: contextSize,
      n_batch: embeddings ? encoderBatchSize : batchSize,
      n_threads: isolated ? options.threads : 1,
      flash_attn: flashAttention !== false,
      embeddings,
      ...(options.keyCacheType ? { cache_type_k: options.keyCacheType.toLowerCase() } : {}),
      ...(options.valueCacheType ? { cache_type_v: options.valueCacheType.toLowerCase() } : {}),
    },
  });
  options.onProgress(1);
  const { info } = opened;
  const vocabularySize = info.n_vocab;
  const special = new Set(tokenizer.controlTokens.map(({ id }) => id));
  const vocabulary: Vocabulary = { size: vocabularySize, bytesOf: (token) => tokenizer.bytesOf(token), isSpecial: (token) => special.has(token) };
  const constraints = createConstraintCompiler({ vocabulary, endTokens: info.list_tokens_eog });
  const endTokens = new Set(info.list_tokens_eog);
  const { call } = opened;
  const openSequence = () =>
    createSequence({ call, readCandidates: createCandidateReader(call, vocabularySize), vocabularySize, endTokens, breakers: createBreakers(vocabulary) });

  return {
    accelerator: "cpu",
    sequences: embeddings ? [] : [openSequence()],
    weightsBytes: blobs.reduce((sum, { size }) => sum + size, 0),
    contextMemory: readContextMemory(opened.loadLog, undefined),
    beginToken: info.token_bos < 0 ? undefined : info.token_bos,
    addsBeginToken: info.add_bos_token,
    tokenize: (text, parseSpecial) => [...tokenizer.encode(text, { parseSpecial })],
    detokenize: createDetokenize(tokenizer),
    endsGeneration: (token) => endTokens.has(token),
    biasesEndTokens: true,
    createGrammar: async (schema) => constraints.compile(schema ? { type: "json", schema } : { type: "json", schema: { type: "object" } }).start(),
    ...(embeddings ? { embed: createEmbed(opened, tokenizer), scalesVectors: true } : {}),
    dispose: opened.close,
  };
}

/** Embeds one text after the other: wllama has one sequence. */
function createEmbed({ call }: OpenWllama, tokenizer: Tokenizer): (tokens: readonly number[]) => Promise<readonly number[]> {
  const [begin, end] = surroundings(tokenizer);
  let last: Promise<unknown> = Promise.resolve();
  return (tokens) => {
    const vector = last.then(async () => {
      await call((wllama) => wllama.kvClear());
      return call((wllama) => wllama.embeddings([...begin, ...tokens, ...end]));
    });
    last = vector.catch(() => {});
    return vector;
  };
}

/** The tokens that the model wants around any text. */
function surroundings(tokenizer: Tokenizer): [begin: Int32Array, end: Int32Array] {
  const [plain] = tokenizer.encode("a");
  const around = tokenizer.encode("a", { addSpecial: true });
  const at = plain === undefined ? -1 : around.indexOf(plain);
  return at < 0 ? [new Int32Array(0), new Int32Array(0)] : [around.subarray(0, at), around.subarray(at + 1)];
}
