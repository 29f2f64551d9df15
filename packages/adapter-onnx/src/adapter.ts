import { type Adapter, type AdapterContext, beginLoad, checkMemoryLimit, type LoadedModel, type LoadOptions, supportOf } from "@tenfold/core";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import type { LogitsModel } from "@tenfold/generation/loop";
import { createChatModel, createEmbeddingModel, type Pooling, type ReadModel, readModel } from "@tenfold/generation/model";
import { completeLoad } from "@tenfold/host";
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
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "ONNX Runtime does not run here");
  const open = (context: AdapterContext) => binding.open((level, message) => context.log(level, message, { framework }));

  return {
    framework,
    formats: onnxProfile.formats,
    profile: onnxProfile,

    probe: (context) =>
      supportOf(async () => {
        const { version, accelerators, notes } = await open(context);
        return { frameworkVersion: version, accelerators, notes };
      }, told),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      const settings = parseFrameworkOptions(options.frameworkOptions);
      const files = await readModelFiles(model);
      const read = await readModel(model, { framework, signal, report });
      const library = await open(context).catch((error: unknown) => {
        throw told(error);
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
      return completeLoad({
        ...{ signal, report, hosted: options.isolation === "host" },
        async make() {
          report(0.95);
          const layout = readLayout(session, files, read.tokenizer.vocabularySize);
          const parts: LoadParts = { read, options, settings, files, session, weightsBytes };
          return layout.kind === "decoder" ? chatModel(parts, layout, { now, random, accelerator, warnings }) : embeddingModel(parts, layout);
        },
        release: () => session.dispose(),
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`),
      });
    },
  };
}

interface LoadParts {
  read: ReadModel;
  options: LoadOptions;
  settings: OnnxFrameworkOptions;
  files: ModelFiles;
  session: NativeSession;
  weightsBytes: number;
}

async function chatModel(
  { read: { model, tokenizer, answers }, options, session, weightsBytes }: LoadParts,
  layout: DecoderLayout,
  { now, random, accelerator, warnings }: Pick<AdapterParts, "now" | "random"> & Pick<OpenSession, "accelerator" | "warnings">,
): Promise<LoadedModel> {
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
  const { endTokens, sampling } = await answers();
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

function embeddingModel({ read: { model, tokenizer }, options, settings, files, session, weightsBytes }: LoadParts, layout: EncoderLayout): LoadedModel {
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

const threadsOf = (machine: MachineLoad) => defaultThreads(machine.usableCores, machine);

const weightBytes = ({ graph, weights }: ModelFiles) => [graph, ...weights].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
