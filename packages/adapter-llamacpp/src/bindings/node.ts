import { setImmediate as turn } from "node:timers/promises";
import { TenfoldError } from "@tenfold/catalog";
import type { Llama, LlamaContextSequence, LlamaEmbeddingContext, LlamaGrammarEvaluationState, LlamaLogLevel, LlamaModel, Token } from "node-llama-cpp";
import type { Binding, NativeLibrary, NativeLoadOptions, NativeModel, NativeSequence } from "../binding.ts";
import { type ContextMemory, readContextMemory } from "../context-memory.ts";
import type { Gpu } from "../factory-options.ts";

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
    gpuLayers: options.gpuLayers,
    useMmap: options.mmap,
    useMlock: options.mlock,
    defaultContextFlashAttention: options.flashAttention,
    onLoadProgress: options.onProgress,
    ...abort,
  });
  try {
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
  const { contextSize, sequences, threads, batchSize } = options;
  const { context, memory } = await makeContext(
    () => model.createContext({ contextSize, sequences, threads, batchSize, ...contextAbort(options) }),
    ({ memoryUsage }) => memoryUsage.ram + memoryUsage.vram,
  );
  return {
    ...common(llama, model),
    sequences: Array.from({ length: sequences }, () => wrapSequence(context.getSequence())),
    contextMemory: memory,
    createGrammar: (schema) => createGrammar(library, llama, model, schema),
    async dispose() {
      await context.dispose();
      await model.dispose();
    },
  };
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

function common(llama: Llama, model: LlamaModel): Omit<NativeModel, "sequences" | "contextMemory" | "createGrammar" | "dispose"> {
  return {
    accelerator: llama.gpu === false || model.gpuLayers === 0 ? "cpu" : llama.gpu,
    weightsBytes: model.memoryUsage.ram + model.memoryUsage.vram,
    beginToken: model.tokens.bos ?? undefined,
    addsBeginToken: model.tokens.shouldPrependBosToken,
    tokenize: (text, parseSpecial) => model.tokenize(text, parseSpecial),
    detokenize: (tokens, special, before) => model.detokenize(tokens as Token[], special, before as Token[]),
    endsGeneration: (token) => model.isEogToken(token as Token),
  };
}

function wrapSequence(sequence: LlamaContextSequence): NativeSequence {
  return {
    get tokens() {
      return sequence.contextTokens;
    },
    get appendOnly() {
      return sequence.needsCheckpoints;
    },
    async keep(length) {
      if (length === 0) await sequence.clearHistory();
      else await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
    },
    prefill: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(tokens as Token[]),
    async *generate(tokens, { temperature, topK, topP, minP, seed, penalties, grammar, probabilities }) {
      const options = {
        temperature,
        topK,
        topP,
        minP,
        seed,
        yieldEogToken: true,
        ...(penalties
          ? {
              repeatPenalty: {
                punishTokens: penalties.tokens as () => Token[],
                penalty: penalties.repetition,
                frequencyPenalty: penalties.frequency,
                presencePenalty: penalties.presence,
              },
            }
          : {}),
        ...(grammar ? { grammarEvaluationState: () => grammar() as LlamaGrammarEvaluationState | undefined } : {}),
      };
      if (probabilities) yield* sequence.evaluateWithMetadata(tokens as Token[], { probabilities: true }, options);
      else for await (const token of sequence.evaluate(tokens as Token[], options)) yield { token };
    },
  };
}

/** What node-llama-cpp lets a JSON answer end with, so that its chat session notices: models that may stop do not need it. */
const trailingLines = /[ \t]*"(?:\\n){4}"[ \t]*\[\\n\]\*/;

async function createGrammar(library: Library, llama: Llama, model: LlamaModel, schema: Readonly<Record<string, unknown>> | undefined) {
  const shipped = schema
    ? await llama.createGrammarForJsonSchema(schema as Parameters<Llama["createGrammarForJsonSchema"]>[0])
    : await llama.getGrammarFor("json");
  const grammar = await llama.createGrammar({ grammar: shipped.grammar.replace(trailingLines, "") });
  return new library.LlamaGrammarEvaluationState({ model, grammar });
}
