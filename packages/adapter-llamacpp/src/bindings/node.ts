import { setImmediate as turn } from "node:timers/promises";
import { TenfoldError } from "@tenfold/catalog";
import type { Llama, LlamaContext, LlamaContextSequence, LlamaEmbeddingContext, LlamaLogLevel, LlamaModel, LlamaRankingContext, Token } from "node-llama-cpp";
import type { Binding, NativeLibrary, NativeLoadOptions, NativeModel } from "../binding.ts";
import { type ContextMemory, readContextMemory } from "../context-memory.ts";
import type { Gpu } from "../factory-options.ts";
import { createCacheFolder, identityOf, identityOfPath } from "./cache-folder.ts";
import { createSequence } from "./node-sequence.ts";
import { createRounds, type Rounds } from "./rounds.ts";
import { checkDraft, checkLora } from "./side-file.ts";
import { createGuesser } from "./speculate.ts";

type Library = typeof import("node-llama-cpp");
type Log = Parameters<Binding["open"]>[0];

// What llama.cpp calls information is hundreds of lines for each load.
const logLevels = { fatal: "error", error: "error", warn: "warning", info: "debug", log: "debug", debug: "debug", disabled: "debug" } as const satisfies Record<
  LlamaLogLevel,
  string
>;

/** llama.cpp and its log belong to the process, whoever made the adapter: a second copy would take the log from the first. */
const started = new Map<Gpu, Promise<{ library: Library; llama: Llama }>>();
/** Lines go to whoever opened the library last. */
let write: Log = () => {};
/** Lines that come while a context is made: contexts are made one after the other, so that they are about one. */
let heard: string[] | undefined;
let making: Promise<unknown> = Promise.resolve();

/** llama.cpp through node-llama-cpp, which is imported on first use. */
export function createNodeBinding(gpu: Gpu): Binding {
  return {
    ignores: ["projector"],
    async open(log) {
      write = log;
      const starting = started.get(gpu) ?? start(gpu);
      started.set(gpu, starting);
      try {
        const { library, llama } = await starting;
        return await describeLibrary(library, llama);
      } catch (error) {
        started.delete(gpu);
        throw error;
      }
    },
  };
}

async function start(gpu: Gpu): Promise<{ library: Library; llama: Llama }> {
  const library = await import("node-llama-cpp");
  const llama = await library.getLlama({
    gpu,
    // Never download or compile: what the package manager installed is what runs.
    build: "never",
    skipDownload: true,
    progressLogs: false,
    // No limit over all contexts: each has its own number of threads.
    maxThreads: 0,
    // Where buffers lie is told at this level alone.
    logLevel: library.LlamaLogLevel.info,
    logger: (level, message) => {
      heard?.push(message);
      write(logLevels[level], message.trimEnd());
    },
  });
  return { library, llama };
}

async function describeLibrary(library: Library, llama: Llama): Promise<NativeLibrary> {
  return {
    version: llama.llamaCppRelease.release,
    through: `node-llama-cpp ${await library.getModuleVersion()}`,
    accelerator: llama.gpu === false ? "cpu" : llama.gpu,
    cores: llama.cpuMathCores,
    load: (options) => load(library, llama, options),
  };
}

async function load(library: Library, llama: Llama, options: NativeLoadOptions): Promise<NativeModel> {
  const abort = options.signal ? { loadSignal: options.signal } : {};
  const model = await llama.loadModel({
    modelPath: options.path,
    gpuLayers: options.gpuLayers === "auto" ? { fitContext: { contextSize: options.contextSize, embeddingContext: options.embeddings } } : options.gpuLayers,
    useMmap: options.mmap,
    useMlock: options.mlock,
    defaultContextFlashAttention: options.flashAttention,
    onLoadProgress: options.onProgress,
    ...abort,
  });
  try {
    if (options.ranks) return await ranker(llama, model, options);
    return options.embeddings ? await embedder(llama, model, options) : await generator(library, llama, model, options);
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

const contextAbort = ({ signal }: NativeLoadOptions) => (signal ? { createSignal: signal } : {});

/** Makes a context and reads in the log what it takes. Lines may come a little later than the context. */
function makeContext<Context>(create: () => Promise<Context>, totalBytes: (context: Context) => number | undefined) {
  const made = making.then(async () => {
    const lines: string[] = [];
    heard = lines;
    try {
      const context = await create();
      let memory: ContextMemory | undefined;
      for (let turns = 0; turns < 50 && !memory; turns += 1) {
        memory = readContextMemory(lines, totalBytes(context));
        await turn();
      }
      return { context, memory };
    } finally {
      heard = undefined;
    }
  });
  making = made.catch(() => {});
  return made;
}

/** A model that answers. */
async function generator(library: Library, llama: Llama, model: LlamaModel, options: NativeLoadOptions): Promise<NativeModel> {
  const { sequences, speculation, lora = [] } = options;
  for (const { path } of lora) await checkLora(path, model.fileInfo.metadata.general.architecture);
  const draft = speculation && "draftModel" in speculation ? await openDraft(llama, model, speculation.draftModel, options) : undefined;
  try {
    const { context, memory } = await makeContext(
      () => model.createContext(contextOptions(options)),
      ({ memoryUsage }) => memoryUsage.ram + memoryUsage.vram,
    );
    const rounds: Rounds = sequences > 1 ? createRounds() : (step) => step();
    const opened = Array.from({ length: sequences }, () => {
      const guesser = speculation && createGuesser(library, speculation, draft?.context.getSequence());
      return { library, model, guesser, rounds, sequence: context.getSequence(guesser ? { tokenPredictor: guesser } : {}) };
    });
    if (opened[0]) await checkNumbers(model, opened[0].sequence);
    return {
      ...common(llama, model),
      weightsBytes: weightsBytes(model) + (draft ? weightsBytes(draft.model) : 0),
      sequences: opened.map(createSequence),
      contextMemory: sum(memory, draft?.memory),
      createGrammar: (schema) => createGrammar(library, llama, model, schema),
      shiftsContext: true,
      ...(options.cacheFolder
        ? {
            keptCaches: createCacheFolder({
              folder: options.cacheFolder,
              identity: await cacheIdentity(llama, options),
              sequences: opened.map(({ sequence }) => sequence),
              log: (message) => write("warning", message),
            }),
          }
        : {}),
      async dispose() {
        await context.dispose();
        await model.dispose();
        await draft?.model.dispose();
      },
    };
  } catch (error) {
    await draft?.model.dispose();
    throw error;
  }
}

/** One token through the model: what is not a number in any of its matrices comes out of it, and validation reads the small weights only. */
async function checkNumbers({ tokens }: LlamaModel, sequence: LlamaContextSequence): Promise<void> {
  const [output] = await sequence.controlledEvaluate([[tokens.bos ?? (0 as Token), { generateNext: { totalLogitWeight: true } }]]);
  await sequence.clearHistory();
  if (Number.isFinite(output?.next.totalLogitWeight)) return;
  throw new TenfoldError("load-failed", "The model computes values that are no numbers: its weights are damaged.", {
    framework: "llama.cpp",
    remedy: "Fetch the model again, or load another variant of it.",
  });
}

function contextOptions(options: NativeLoadOptions) {
  const { contextSize, sequences, threads, batchSize, keyCacheType, valueCacheType, lora = [] } = options;
  return {
    ...{ contextSize, sequences, threads, batchSize },
    ...(keyCacheType ? { experimentalKvCacheKeyType: keyCacheType } : {}),
    ...(valueCacheType ? { experimentalKvCacheValueType: valueCacheType } : {}),
    ...(lora.length > 0 ? { lora: { adapters: lora.map(({ path, scale = 1 }) => ({ filePath: path, scale })) } } : {}),
    ...contextAbort(options),
  };
}

/** All that the numbers in a cache depend on. */
async function cacheIdentity(
  { llamaCppRelease, gpu }: Llama,
  { files, contextSize, keyCacheType, valueCacheType, flashAttention, lora = [] }: NativeLoadOptions,
) {
  const adapters = await Promise.all(lora.map(async ({ path, scale }) => [await identityOfPath(path), scale]));
  return [llamaCppRelease, gpu, await identityOf(files), contextSize, keyCacheType, valueCacheType, flashAttention, adapters];
}

interface Draft {
  model: LlamaModel;
  context: LlamaContext;
  memory: ContextMemory | undefined;
}

/** A smaller model of the same vocabulary, with a sequence for each of the model's. */
async function openDraft(llama: Llama, { trainContextSize, fileInfo }: LlamaModel, path: string, options: NativeLoadOptions): Promise<Draft> {
  await checkDraft(path, fileInfo.metadata.tokenizer.ggml.tokens.length);
  const { contextSize, sequences, threads, batchSize, mmap, signal } = options;
  const model = await llama.loadModel({
    modelPath: path,
    gpuLayers: options.gpuLayers === 0 ? 0 : "auto",
    useMmap: mmap,
    ...(signal ? { loadSignal: signal } : {}),
  });
  try {
    const { context, memory } = await makeContext(
      () => model.createContext({ contextSize: Math.min(contextSize, trainContextSize), sequences, threads, batchSize, ...contextAbort(options) }),
      ({ memoryUsage }) => memoryUsage.ram + memoryUsage.vram,
    );
    return { model, context, memory };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function sum(memory: ContextMemory | undefined, more: ContextMemory | undefined): ContextMemory | undefined {
  if (!memory || !more) return memory;
  return { cacheBytes: memory.cacheBytes + more.cacheBytes, computeBytes: memory.computeBytes + more.computeBytes };
}

/** A model that embeds. */
async function embedder(llama: Llama, model: LlamaModel, options: NativeLoadOptions): Promise<NativeModel> {
  const { contextSize, threads, batchSize } = options;
  const { context, memory } = await makeContext<LlamaEmbeddingContext>(
    () => model.createEmbeddingContext({ contextSize, threads, batchSize, ...contextAbort(options) }),
    () => undefined,
  );
  return {
    ...common(llama, model),
    sequences: [],
    contextMemory: memory,
    createGrammar: () => Promise.reject(new TenfoldError("unsupported-request", "This model embeds texts; it does not answer.")),
    embed: async (tokens) => (await context.getEmbeddingFor(tokens as Token[])).vector,
    async dispose() {
      await context.dispose();
      await model.dispose();
    },
  };
}

/** A model that ranks documents. */
async function ranker(llama: Llama, model: LlamaModel, options: NativeLoadOptions): Promise<NativeModel> {
  const { contextSize, threads, batchSize } = options;
  const { context, memory } = await makeContext<LlamaRankingContext>(
    () => model.createRankingContext({ contextSize, threads, batchSize: Math.max(batchSize, contextSize), ...contextAbort(options) }),
    () => undefined,
  );
  return {
    ...common(llama, model),
    sequences: [],
    contextMemory: memory,
    createGrammar: () => Promise.reject(new TenfoldError("unsupported-request", "This model ranks documents; it does not answer.")),
    rerank: (query, document) => context.rank(query as Token[], document as Token[]),
    async dispose() {
      await context.dispose();
      await model.dispose();
    },
  };
}

function common(llama: Llama, model: LlamaModel): Omit<NativeModel, "sequences" | "contextMemory" | "createGrammar" | "dispose"> {
  return {
    accelerator: llama.gpu === false || model.gpuLayers === 0 ? "cpu" : llama.gpu,
    weightsBytes: weightsBytes(model),
    beginToken: model.tokens.bos ?? undefined,
    addsBeginToken: model.tokens.shouldPrependBosToken,
    tokenize: (text, parseSpecial) => model.tokenize(text, parseSpecial),
    detokenize: (tokens, special, before) => model.detokenize(tokens as Token[], special, before as Token[]),
    endsGeneration: (token) => model.isEogToken(token as Token),
  };
}

const weightsBytes = ({ memoryUsage }: LlamaModel) => memoryUsage.ram + memoryUsage.vram;

/** What node-llama-cpp lets a JSON answer end with, so that its chat session notices: models that may stop do not need it. */
const trailingLines = /[ \t]*"(?:\\n){4}"[ \t]*\[\\n\]\*/;

async function createGrammar(library: Library, llama: Llama, model: LlamaModel, schema: Readonly<Record<string, unknown>> | undefined) {
  const shipped = schema
    ? await llama.createGrammarForJsonSchema(schema as Parameters<Llama["createGrammarForJsonSchema"]>[0])
    : await llama.getGrammarFor("json");
  const grammar = await llama.createGrammar({ grammar: shipped.grammar.replace(trailingLines, "") });
  return new library.LlamaGrammarEvaluationState({ model, grammar });
}
