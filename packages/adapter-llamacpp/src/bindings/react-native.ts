import { TenfoldError } from "@tenfold/catalog";
import type { LogLevel } from "@tenfold/core";
import { createPromptText } from "@tenfold/generation/model";
import { createTokenizer } from "@tenfold/tokenizers";
import type { LlamaContext } from "llama.rn";
import type { Binding, NativeLoadOptions, NativeModel } from "../binding.ts";
import { createDetokenize } from "../detokenize.ts";
import { createSequence } from "../react-native/sequence.ts";

/** What is used of llama.rn. */
export type ReactNativeLibrary = Pick<
  typeof import("llama.rn"),
  "BuildInfo" | "addNativeLogListener" | "getBackendDevicesInfo" | "initLlama" | "toggleNativeLog"
>;

type ContextParams = Parameters<ReactNativeLibrary["initLlama"]>[0];

/** More layers than any model has: llama.rn takes a number alone. */
const allLayers = 999;

/** `RNLLAMA_MTMD_DEFAULT_MEDIA_MARKER`. */
const imageMarker = "<__media__>";

/** llama.cpp through llama.rn, which is imported on first use. */
export function createReactNativeBinding(importLibrary: () => Promise<ReactNativeLibrary> = () => import("llama.rn")): Binding {
  let listening: Promise<void> | undefined;
  let write: (level: LogLevel, message: string) => void = () => {};
  return {
    ignores: ["speculation", "cacheFolder"],
    async open(log) {
      write = log;
      const library = await importLibrary();
      listening ??= library.toggleNativeLog(true).then(() => {
        library.addNativeLogListener((level, text) => write(level === "error" ? "error" : level === "warn" ? "warning" : "debug", text.trimEnd()));
      });
      await listening;
      const devices = await library.getBackendDevicesInfo();
      const metal = devices.some(({ backend }) => /metal/i.test(backend));
      return {
        version: `b${library.BuildInfo.number}`,
        through: `llama.rn, with ${devices.map(({ backend, deviceName }) => `${backend} (${deviceName})`).join(", ") || "the CPU"}`,
        accelerator: metal ? "metal" : "cpu",
        // Nobody tells how many cores a phone has: two are fast as a rule, and one is left to the application.
        cores: 3,
        load: (options) => load(library, options),
      };
    },
  };
}

async function load(library: ReactNativeLibrary, options: NativeLoadOptions): Promise<NativeModel> {
  const tokenizer = await createTokenizer(options.files);
  const context = await library.initLlama(contextParams(options), (percent) => options.onProgress(percent / 100));
  try {
    options.signal?.throwIfAborted();
    const seesImages = options.projector !== undefined && (await openProjector(context, options.projector, options));
    options.signal?.throwIfAborted();
    return describe(context, options, tokenizer, seesImages);
  } catch (error) {
    await context.release();
    throw error;
  }
}

/** @throws TenfoldError `load-failed` for what gives this model no images. */
async function openProjector(context: LlamaContext, path: string, { gpuLayers }: NativeLoadOptions): Promise<true> {
  const opened = await context.initMultimodal({ path, use_gpu: gpuLayers !== 0 });
  if (opened && (await context.getMultimodalSupport()).vision) return true;
  throw new TenfoldError("load-failed", `llama.rn cannot let the model see images with ${path}.`, {
    framework: "llama.cpp",
    remedy: "Give the projector (mmproj) that was published with this model.",
  });
}

function contextParams(options: NativeLoadOptions): ContextParams {
  const { path, contextSize, threads, batchSize, gpuLayers, mmap, mlock, flashAttention, lora = [] } = options;
  const cacheType = (type: string | undefined, name: string) => {
    if (type === "BF16") throw new TenfoldError("invalid-input", `llama.rn has no ${name} BF16.`, { framework: "llama.cpp", remedy: "Choose F16." });
    return type?.toLowerCase() as NonNullable<ContextParams["cache_type_k"]>;
  };
  return {
    model: path,
    n_ctx: contextSize,
    n_batch: batchSize,
    n_ubatch: batchSize,
    n_parallel: 1,
    n_threads: threads,
    n_gpu_layers: typeof gpuLayers === "number" ? gpuLayers : allLayers,
    use_mlock: mlock,
    ctx_shift: false,
    flash_attn_type: flashAttention === "auto" ? "auto" : flashAttention ? "on" : "off",
    ...(mmap === "auto" ? {} : { use_mmap: mmap }),
    ...(options.keyCacheType ? { cache_type_k: cacheType(options.keyCacheType, "keyCacheType") } : {}),
    ...(options.valueCacheType ? { cache_type_v: cacheType(options.valueCacheType, "valueCacheType") } : {}),
    ...(lora.length > 0 ? { lora_list: lora.map(({ path: file, scale = 1 }) => ({ path: file, scaled: scale })) } : {}),
    ...(options.embeddings || options.ranks ? { embedding: true } : {}),
    ...(options.ranks ? { pooling_type: "rank" as const } : {}),
  };
}

function describe(context: LlamaContext, options: NativeLoadOptions, tokenizer: Awaited<ReturnType<typeof createTokenizer>>, seesImages: boolean): NativeModel {
  const textOf = createPromptText(tokenizer);
  // llama.cpp tells that an answer has ended, not with which token.
  const endToken = tokenizer.eosToken?.id ?? tokenizer.vocabularySize;
  const answers = !options.embeddings && !options.ranks;
  return {
    accelerator: context.gpu ? "metal" : "cpu",
    sequences: answers ? [createSequence({ context, textOf, endToken })] : [],
    weightsBytes: context.model.size,
    contextMemory: undefined,
    beginToken: tokenizer.bosToken?.id,
    addsBeginToken: false,
    tokenize: (text, parseSpecial) => [...tokenizer.encode(text, { parseSpecial })],
    detokenize: createDetokenize(tokenizer),
    endsGeneration: (token) => token === endToken,
    biasesEndTokens: true,
    reportsProbabilities: false,
    ...(seesImages ? { imageMarker } : {}),
    // llama.rn makes the grammar of the schema itself.
    createGrammar: async (schema) => schema ?? { type: "object" },
    ...(options.embeddings ? { embed: async (tokens) => (await context.embedding(textOf(tokens), { embd_normalize: -1 })).embedding } : {}),
    ...(options.ranks
      ? {
          async rerank(query, document) {
            const [ranked] = await context.rerank(textOf(query), [textOf(document)]);
            return 1 / (1 + Math.exp(-(ranked?.score ?? 0)));
          },
        }
      : {}),
    dispose: () => context.release(),
  };
}
