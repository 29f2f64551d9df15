import { TenfoldError } from "@tenfold/catalog";
import {
  type Adapter,
  type AdapterContext,
  beginLoad,
  checkMemoryLimit,
  type InstalledModel,
  type LoadedModel,
  type LoadOptions,
  type MemoryUse,
  supportOf,
} from "@tenfold/core";
import { createChatModel, createEmbeddingModel, readGenerationSettings, readModel } from "@tenfold/generation/model";
import { completeLoad } from "@tenfold/host";
import type { Tokenizer } from "@tenfold/tokenizers";
import type { Binding, NativeLibrary, NativeModel } from "./binding.ts";
import { type ChatConfig, cacheBytesPerPosition, taskOf } from "./chat-config.ts";
import { fromNative } from "./errors.ts";
import { readMlcFiles } from "./model-files.ts";
import { checkVersion, findLibrary, refusalOf } from "./model-library.ts";
import { parseFrameworkOptions } from "./options.ts";
import { mlcProfile } from "./profile.ts";
import { createSequence } from "./sequence.ts";

export interface AdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

const framework = mlcProfile.framework;
const defaultContextSize = 4096;
/** Passes of this length end soon enough for whoever aborts. */
const defaultPrefillTokens = 512;

/** All of the adapter but the native calls. */
export function createAdapter({ binding, now, random }: AdapterParts): Adapter {
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "MLC-LLM does not run here");
  const open = (context: AdapterContext) => binding.open((level, message) => context.log(level, message, { framework }));

  return {
    framework,
    formats: mlcProfile.formats,
    profile: mlcProfile,
    refusal: refusalOf,

    probe: (context) =>
      supportOf(async () => {
        const { version, accelerators, notes, libraryVersion } = await open(context);
        return { frameworkVersion: version, accelerators, notes: [...notes, `model libraries for ${libraryVersion}`] };
      }, told),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      const settings = parseFrameworkOptions(options.frameworkOptions);
      const found = findLibrary(model, settings.library, binding.readLibrary);
      const { tokenizer } = await readModel(model, { framework, signal, report: (fraction) => report(fraction / 5) });
      const files = await readMlcFiles(model);
      const task = settings.task ?? taskOf(files.config);
      const contextSize = contextSizeOf(files.config, task, options);
      const memory: MemoryUse = {
        weightsBytes: files.weightsBytes,
        kvCacheBytes: task === "chat" ? cacheBytesPerPosition(files.config) * contextSize : 0,
        computeBytes: files.config.vocab_size * 8,
      };
      checkMemoryLimit(model.id, memory.weightsBytes + memory.kvCacheBytes + memory.computeBytes, options.memoryLimitBytes, framework);
      const library = await open(context).catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      // Before a byte of the library is fetched or compiled.
      checkVersion(found, library);
      checkGpu(library, files.config, options, model);
      const bytes = await found.read(signal);
      report(0.05);
      const native = await library
        .load({
          files: files.served,
          library: bytes,
          task,
          overrides: overridesOf(files.config, task, contextSize),
          signal,
          onProgress: (phase, fraction) => report(phase === "weights" ? 0.05 + fraction * 0.55 : 0.6 + fraction * 0.38),
        })
        .catch((error: unknown) => {
          signal?.throwIfAborted();
          throw fromNative(error, "load-failed", `MLC-LLM cannot load ${model.id} with the library ${found.name}`);
        });
      return completeLoad({
        ...{ signal, report, hosted: options.isolation === "host" },
        make() {
          const parts: LoadedParts = { config: files.config, tokenizer, native, contextSize, memory };
          return task === "chat" ? chatModel(parts, options, { now, random }) : embeddingModel(parts);
        },
        release: () => native.dispose(),
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`),
      });
    },
  };
}

interface LoadedParts {
  config: ChatConfig;
  tokenizer: Tokenizer;
  native: NativeModel;
  contextSize: number;
  memory: MemoryUse;
}

function chatModel(
  { config, tokenizer, native, contextSize, memory }: LoadedParts,
  { batchSize }: LoadOptions,
  clock: Omit<AdapterParts, "binding">,
): LoadedModel {
  // MLC copies generation_config.json into its own file, under the same names.
  const { endTokens, sampling } = readGenerationSettings(config, tokenizer);
  return createChatModel({
    sequences: [createSequence({ native: named(native), vocabularySize: config.vocab_size, contextSize })],
    tokenizer,
    endTokens: [...new Set([...endTokens, ...(config.conv_template?.stop_token_ids ?? [])])],
    framework,
    accelerator: "webgpu",
    defaults: sampling,
    prefillTokens: batchSize ?? defaultPrefillTokens,
    memory: () => memory,
    release: () => native.dispose(),
    ...clock,
  });
}

function embeddingModel({ tokenizer, native, contextSize, memory }: LoadedParts): LoadedModel {
  const { embed } = named(native);
  return createEmbeddingModel({
    tokenizer,
    contextSize,
    // web-llm gives the vector of the first token.
    pooling: "done",
    framework,
    async encode(tokens, signal) {
      signal?.throwIfAborted();
      const values = await embed([...tokens]);
      return { values, width: values.length };
    },
    memory: () => memory,
    release: () => native.dispose(),
  });
}

/** The model's calls, whose errors are ours. */
function named(native: NativeModel): Pick<NativeModel, "forward" | "reset" | "embed"> {
  const told = (error: unknown): never => {
    throw fromNative(error, "generation-failed", "MLC-LLM cannot compute");
  };
  return {
    forward: (tokens) => native.forward(tokens).catch(told),
    reset: () => native.reset().catch(told),
    embed: (tokens) => native.embed(tokens).catch(told),
  };
}

/** Encoders have the size that they were compiled with; a window that slides is used as far as it does not have to. */
function contextSizeOf({ context_window_size, sliding_window_size }: ChatConfig, task: "chat" | "embeddings", { contextSize }: LoadOptions): number {
  const trained = Math.max(context_window_size, sliding_window_size);
  if (trained <= 0) throw new TenfoldError("invalid-format", "mlc-chat-config.json says neither context_window_size nor sliding_window_size.", { framework });
  if (task === "embeddings") return trained;
  const asked = contextSize ?? Math.min(trained, defaultContextSize);
  return sliding_window_size > 0 ? Math.min(asked, sliding_window_size) : asked;
}

function overridesOf(config: ChatConfig, task: "chat" | "embeddings", contextSize: number): Readonly<Record<string, unknown>> {
  if (task === "embeddings") return { sliding_window_size: -1 };
  return { context_window_size: contextSize, sliding_window_size: -1, vocab_size: config.vocab_size };
}

function checkGpu(
  { accelerators, features }: NativeLibrary,
  { quantization }: ChatConfig,
  { accelerator = "auto" }: LoadOptions,
  { id }: InstalledModel,
): void {
  if (accelerator !== "auto" && !accelerators.includes(accelerator)) {
    throw new TenfoldError("framework-unavailable", `MLC-LLM cannot use ${accelerator} here; it can use ${accelerators.join(", ")}.`, {
      framework,
      remedy: "Leave the accelerator at auto.",
    });
  }
  if (/f16/.test(quantization) && !features.has("shader-f16")) {
    throw new TenfoldError("framework-unavailable", `${id} computes with 16-bit floats (${quantization}), and this GPU has none (shader-f16).`, {
      framework,
      remedy: "Choose a variant in q4f32_1 or q0f32.",
    });
  }
}
