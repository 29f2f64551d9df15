import { TenfoldError } from "@tenfold/catalog";
import {
  type Adapter,
  type AdapterContext,
  beginLoad,
  checkMemoryLimit,
  type InstalledFile,
  type InstalledModel,
  type LoadOptions,
  supportOf,
  type Warning,
} from "@tenfold/core";
import { inOrder, readGguf, validateGgufFiles } from "@tenfold/core/gguf";
import { defaultThreads, estimateMemory, type MachineLoad, type MemoryOptions, type ModelShape, readModelShape } from "@tenfold/core/hardware";
import { completeLoad } from "@tenfold/host";
import type { Binding, NativeLibrary, NativeLoadOptions, NativeModel } from "./binding.ts";
import type { ContextMemory } from "./context-memory.ts";
import { fromNative } from "./errors.ts";
import { createLoadedModel } from "./loaded-model.ts";
import { type LlamaCppFrameworkOptions, parseFrameworkOptions } from "./options.ts";
import { llamaCppMemory, llamaCppProfile } from "./profile.ts";
import { readVocabulary } from "./vocabulary.ts";

export interface AdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
  machine: () => MachineLoad;
}

const defaultContextSize = 4096;
const cpuBatchSize = 128;
const gpuBatchSize = 512;
/** `LLAMA_POOLING_TYPE_RANK` of llama.h. */
const rankPooling = 4;

/** All of the adapter but the native calls. */
export function createAdapter({ binding, now, random, machine }: AdapterParts): Adapter {
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "llama.cpp does not run here");
  const open = (context: AdapterContext) => binding.open((level, message) => context.log(level, message, { framework: "llama.cpp" }));

  return {
    framework: llamaCppProfile.framework,
    formats: llamaCppProfile.formats,
    profile: llamaCppProfile,

    probe: (context) =>
      supportOf(async () => {
        const { version, accelerator, through } = await open(context);
        return { frameworkVersion: version, accelerators: accelerator === "cpu" ? ["cpu"] : [accelerator, "cpu"], notes: [through] };
      }, told),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      const settings = parseFrameworkOptions(options.frameworkOptions);
      const { files, first, path } = weightsOf(model, binding.opensBytes);
      // The file was validated when it was installed, but llama.cpp ends the process over what a disk may do to it since.
      const metadata = await validateGgufFiles(files, signal ? { signal } : {});
      // What describes the model stands in the first part of a split one.
      const gguf = await readGguf(first, signal ? { signal } : {});
      const vocabulary = await readVocabulary(gguf, signal);
      report(0.02);

      const contextSize = options.contextSize ?? Math.min(metadata.contextLength ?? defaultContextSize, defaultContextSize);
      // Known from the header: what exceeds the limit anyhow is not loaded first.
      const pooling = gguf.number(`${metadata.architecture}.pooling_type`);
      const ranks = pooling === rankPooling;
      const embeddings = pooling !== undefined && !ranks;
      const shape = await readModelShape(metadata, files, signal);
      const parallel = options.parallel ?? 1;
      const memoryOptions: MemoryOptions = {
        ...{ contextSize, parallel },
        ...(settings.keyCacheType ? { keyType: settings.keyCacheType } : {}),
        ...(settings.valueCacheType ? { valueType: settings.valueCacheType } : {}),
      };
      checkMemoryLimit(model.id, shape.weightsBytes + contextMemory(shape, memoryOptions).cacheBytes, options.memoryLimitBytes, llamaCppProfile.framework);

      const library = await open(context).catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      const accelerator = chooseAccelerator(library, options.accelerator);
      const batchSize = settings.batchSize ?? options.batchSize ?? (accelerator === "cpu" ? cpuBatchSize : gpuBatchSize);
      const nativeOptions: NativeLoadOptions = {
        files,
        path,
        contextSize,
        sequences: parallel,
        threads: options.threads ?? defaultThreads(library.cores, machine()),
        batchSize,
        gpuLayers: accelerator === "cpu" ? 0 : (settings.gpuLayers ?? "auto"),
        mmap: settings.mmap ?? "auto",
        mlock: settings.mlock ?? false,
        flashAttention: settings.flashAttention ?? "auto",
        ...(settings.keyCacheType ? { keyCacheType: settings.keyCacheType } : {}),
        ...(settings.valueCacheType ? { valueCacheType: settings.valueCacheType } : {}),
        ...(settings.lora ? { lora: settings.lora } : {}),
        ...(settings.speculation ? { speculation: settings.speculation } : {}),
        ...(settings.cacheFolder ? { cacheFolder: settings.cacheFolder } : {}),
        ...(settings.projector ? { projector: settings.projector } : {}),
        embeddings,
        ranks,
        ...(signal ? { signal } : {}),
        onProgress: (fraction) => report(0.02 + fraction * 0.93),
      };
      const mayFallBack = accelerator !== "cpu" && (options.accelerator ?? "auto") === "auto" && settings.gpuLayers === undefined;
      const { native, warnings } = await loadNative(library, nativeOptions, mayFallBack).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `llama.cpp cannot load ${model.id}`);
      });

      return completeLoad({
        ...{ signal, report, hosted: options.isolation === "host" },
        async make() {
          const cacheKeys = (await native.keptCaches?.restore()) ?? [];
          const loaded = createLoadedModel({
            ...{ native, gguf, vocabulary, contextSize, cacheKeys, now, random },
            model: { ...model, metadata },
            estimatedMemory: contextMemory(shape, { ...memoryOptions, batchTokens: batchSize }),
            prefillTokens: batchSize,
            overflow: settings.overflow ?? "error",
            warnings: [...ignoredOptions(settings, binding.ignores ?? []), ...warnings],
          });
          const taken = loaded.memory();
          checkMemoryLimit(model.id, taken.weightsBytes + taken.kvCacheBytes + taken.computeBytes, options.memoryLimitBytes, llamaCppProfile.framework);
          return loaded;
        },
        release: () => native.dispose(),
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`),
      });
    },
  };
}

/** Loads a model, and on the CPU where it may and the GPU fails. */
async function loadNative(library: NativeLibrary, options: NativeLoadOptions, mayFallBack: boolean): Promise<{ native: NativeModel; warnings: Warning[] }> {
  try {
    return { native: await library.load(options), warnings: [] };
  } catch (error) {
    if (!mayFallBack || options.signal?.aborted || TenfoldError.is(error)) throw error;
    const { message } = fromNative(error, "load-failed", `llama.cpp could not use ${library.accelerator}`);
    const native = await library.load({ ...options, gpuLayers: 0 });
    return { native, warnings: [{ kind: "other", message: `The model is on the CPU: ${message}` }] };
  }
}

/** Options that were given and that the way to llama.cpp does not have. */
function ignoredOptions(settings: LlamaCppFrameworkOptions, ignored: readonly (keyof LlamaCppFrameworkOptions)[]): Warning[] {
  return ignored
    .filter((name) => settings[name] !== undefined)
    .map((setting) => ({ kind: "ignored-setting", setting, message: `The option ${setting} has no effect on this platform.` }));
}

function contextMemory(shape: ModelShape, options: MemoryOptions): ContextMemory {
  const { terms } = estimateMemory(shape, llamaCppMemory, options);
  const bytes = (name: string) => terms.find((term) => term.name === name)?.bytes ?? 0;
  return { cacheBytes: bytes("kv-cache") + bytes("recurrent-state"), computeBytes: bytes("compute") };
}

interface Weights {
  files: readonly InstalledFile[];
  first: InstalledFile;
  /** Where llama.cpp opens the first; it looks for the others beside it. Empty where it is given bytes. */
  path: string;
}

/** The weights, in one file or in parts, as validation reads them, and where llama.cpp opens them. */
function weightsOf(model: InstalledModel, opensBytes: Binding["opensBytes"]): Weights {
  const context = { framework: "llama.cpp", stage: "loading" } as const;
  if (model.variant.format !== "gguf") {
    throw new TenfoldError("unsupported-format", `llama.cpp loads GGUF; ${model.id} is in the format ${model.variant.format}.`, context);
  }
  const files = inOrder(model.files.filter((file: InstalledFile) => file.path.toLowerCase().endsWith(".gguf")));
  const [first] = files;
  if (!first) throw new TenfoldError("invalid-format", `${model.id} has no GGUF file.`, context);
  if (opensBytes) return { files, first, path: "" };
  const locations = files.map(({ path, location }) => {
    if (!location) throw new TenfoldError("unsupported-format", `llama.cpp opens files by path, and ${path} has none here.`, context);
    return location();
  });
  const [path = ""] = locations;
  const folder = path.slice(0, -baseName(path).length);
  const stray = files.find((file, index) => files.length > 1 && locations[index] !== folder + baseName(file.path));
  if (stray) throw new TenfoldError("unsupported-format", `llama.cpp looks for ${baseName(stray.path)} in ${folder}, and it lies elsewhere.`, context);
  return { files, first, path };
}

const baseName = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

function chooseAccelerator(library: NativeLibrary, asked: LoadOptions["accelerator"]): NativeLibrary["accelerator"] {
  if (asked === undefined || asked === "auto" || asked === library.accelerator) return library.accelerator;
  if (asked === "cpu") return "cpu";
  throw new TenfoldError("framework-unavailable", `llama.cpp cannot use ${asked} here; it can use ${library.accelerator}.`, {
    framework: "llama.cpp",
    remedy: "Leave the accelerator at auto.",
  });
}
