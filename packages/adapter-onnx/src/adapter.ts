import {
  type Adapter,
  type AdapterContext,
  checkLoadNumbers,
  checkMemoryLimit,
  type InstalledModel,
  type LoadedModel,
  type LoadOptions,
  risingProgress,
} from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import type { LogitsModel } from "@tenfold/generation/loop";
import { createChatModel, createEmbeddingModel, type Pooling, readGenerationSettings } from "@tenfold/generation/model";
import { throughChannel } from "@tenfold/host";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import type { Binding, NativeSession } from "./binding.ts";
import { createEncode } from "./encode-text.ts";
import { fromNative } from "./errors.ts";
import { type DecoderLayout, type EncoderLayout, readLayout } from "./layout.ts";
import { acceleratorsToTry, loadSession, type OpenSession } from "./load-session.ts";
import { type ModelFiles, numberOf, readModelFiles } from "./model-files.ts";
import { type OnnxFrameworkOptions, parseFrameworkOptions } from "./options.ts";
import { onnxProfile } from "./profile.ts";
import { createSequence } from "./sequence.ts";
import { sizeBytesOf } from "./tensor-types.ts";

export interface AdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
  machine: () => MachineLoad;
}

const framework = onnxProfile.framework;
const defaultContextSize = 4096;
/** More are no faster with SmolLM2 and take more memory. */
const defaultPrefillTokens = 128;
/** A pass makes logits for all of its tokens, whether they are wanted or not. */
const mostLogits = 16 * 1024 * 1024;

/** All of the adapter but the native calls. */
export function createAdapter({ binding, now, random, machine }: AdapterParts): Adapter {
  const open = (context: AdapterContext) => binding.open((level, message) => context.log(level, message, { framework }));

  return {
    framework,
    formats: onnxProfile.formats,
    profile: onnxProfile,

    async probe(context) {
      try {
        const { version, accelerators, notes } = await open(context);
        return { available: true, frameworkVersion: version, accelerators, notes };
      } catch (error) {
        const { message, remedy } = fromNative(error, "framework-unavailable", "ONNX Runtime does not run here");
        return { available: false, reason: message, remedy };
      }
    },

    async load(model, context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      const settings = readSettings(options);
      const report = risingProgress(options.onProgress);
      const files = await readModelFiles(model);
      // The file was validated when it was installed, but native code trusts what a disk may have done to it since.
      const metadata = await validateModel(model.variant.format, model.files, signal);
      report(0.05);
      const tokenizer = await createTokenizer(model.files);
      report(0.1);
      const library = await open(context).catch((error: unknown) => {
        throw fromNative(error, "framework-unavailable", "ONNX Runtime does not run here");
      });
      signal?.throwIfAborted();
      const weightsBytes = weightBytes(files);
      checkMemoryLimit(model.id, weightsBytes, options.memoryLimitBytes, framework);
      const { session, accelerator, warnings } = await loadSession(
        library,
        acceleratorsToTry(library, options.accelerator, settings.accelerators),
        {
          graph: files.graph,
          weights: files.weights,
          threads: options.threads ?? threadsOf(machine()),
          optimization: settings.graphOptimization ?? "all",
          // Several answers at once are computed at once, by as many threads of Node's pool.
          ownThread: options.isolation === "host" && (options.parallel ?? 1) === 1,
        },
        { model: model.id, signal },
      );
      let loaded: LoadedModel | undefined;
      try {
        signal?.throwIfAborted();
        report(0.95);
        const layout = readLayout(session, files, tokenizer.vocabularySize);
        const parts: LoadParts = { model: { ...model, metadata }, options, settings, files, tokenizer, session, weightsBytes };
        loaded = layout.kind === "decoder" ? chatModel(parts, layout, { now, random, accelerator, warnings }) : embeddingModel(parts, layout);
        const shown = options.isolation === "host" || typeof MessageChannel === "undefined" ? loaded : await throughChannel(loaded);
        report(1);
        return shown;
      } catch (error) {
        await (loaded ? loaded.dispose() : session.dispose());
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `${model.id} cannot be used`);
      }
    },
  };
}

interface LoadParts {
  model: InstalledModel;
  options: LoadOptions;
  settings: OnnxFrameworkOptions;
  files: ModelFiles;
  tokenizer: Tokenizer;
  session: NativeSession;
  weightsBytes: number;
}

function chatModel(
  { model, options, files, tokenizer, session, weightsBytes }: LoadParts,
  layout: DecoderLayout,
  { now, random, accelerator, warnings }: Pick<AdapterParts, "now" | "random"> & Pick<OpenSession, "accelerator" | "warnings">,
): LoadedModel {
  const contextSize = options.contextSize ?? Math.min(model.metadata.contextLength ?? defaultContextSize, defaultContextSize);
  const parallel = options.parallel ?? 1;
  const prefillTokens = options.batchSize ?? Math.max(16, Math.min(defaultPrefillTokens, Math.floor(mostLogits / layout.vocabularySize)));
  const position = layout.caches.reduce((sum, { type, heads, headSize }) => sum + sizeBytesOf(type) * heads * headSize, 0);
  const memory = {
    weightsBytes,
    kvCacheBytes: position * contextSize * parallel,
    computeBytes: prefillTokens * layout.vocabularySize * sizeBytesOf(layout.logits.type) + parallel * layout.vocabularySize * 4,
  };
  checkMemoryLimit(model.id, memory.weightsBytes + memory.kvCacheBytes + memory.computeBytes, options.memoryLimitBytes, framework);
  const { endTokens, sampling } = readGenerationSettings(files.generation, tokenizer);
  const sharesCache = session.writesInPlace && model.metadata.details?.groupQueryAttention === true;
  const sequence = (): LogitsModel => createSequence({ session, layout, contextSize, sharesCache });
  return createChatModel({
    sequences: [sequence(), ...Array.from({ length: parallel - 1 }, sequence)],
    tokenizer,
    endTokens,
    framework,
    accelerator,
    warnings,
    defaults: sampling,
    prefillTokens,
    memory: () => memory,
    release: () => session.dispose(),
    now,
    random,
  });
}

function embeddingModel({ model, options, settings, files, tokenizer, session, weightsBytes }: LoadParts, layout: EncoderLayout): LoadedModel {
  const trained = Math.min(tokenizer.maxLength ?? defaultContextSize, model.metadata.contextLength ?? defaultContextSize, defaultContextSize);
  return createEmbeddingModel({
    tokenizer,
    contextSize: Math.min(options.contextSize ?? trained, trained),
    pooling: layout.pooled ? "done" : (settings.pooling ?? poolingOf(files)),
    framework,
    encode: createEncode(session, layout),
    memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: trained * 4 * (numberOf(files.config, "hidden_size") ?? 0) }),
    release: () => session.dispose(),
  });
}

/** As sentence-transformers write it down. */
function poolingOf({ pooling }: ModelFiles): Pooling {
  if (pooling.pooling_mode_cls_token === true) return "first";
  return pooling.pooling_mode_lasttoken === true ? "last" : "mean";
}

function readSettings(options: LoadOptions): OnnxFrameworkOptions {
  checkLoadNumbers(options);
  return parseFrameworkOptions(options.frameworkOptions);
}

const threadsOf = (machine: MachineLoad) => defaultThreads(machine.usableCores, machine);

const weightBytes = ({ graph, weights }: ModelFiles) => [graph, ...weights].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
