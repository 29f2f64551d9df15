import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import {
  type Adapter,
  type AdapterContext,
  checkLoadNumbers,
  checkMemoryLimit,
  type InstalledModel,
  type LoadedModel,
  type LoadOptions,
  risingProgress,
  type Warning,
} from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import { createChatModel, readGenerationSettings } from "@tenfold/generation/model";
import { type LogitsSequences, throughChannel } from "@tenfold/host";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import { acceleratorOf, type Binding, type NativeLibrary } from "./binding.ts";
import { fromNative } from "./errors.ts";
import { readModelFiles } from "./model-files.ts";
import { parseFrameworkOptions } from "./options.ts";
import { executorchProfile } from "./profile.ts";

export interface AdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
  machine: () => MachineLoad;
}

const framework = executorchProfile.framework;
const defaultContextSize = 4096;
/** More are no faster, and an abort waits for what is being computed of them where native code cannot be left. */
const defaultPrefillTokens = 128;

/** All of the adapter but the native calls. */
export function createAdapter({ binding, now, random, machine }: AdapterParts): Adapter {
  const open = (context: AdapterContext) =>
    binding.open(context).catch((error: unknown) => {
      throw fromNative(error, "framework-unavailable", "ExecuTorch does not run here");
    });

  return {
    framework,
    formats: executorchProfile.formats,
    profile: executorchProfile,

    async probe(context) {
      try {
        const { version, delegates, notes } = await open(context);
        const accelerators = delegates.flatMap((name) => acceleratorOf[name] ?? []);
        return { available: true, frameworkVersion: version, accelerators: [...new Set([...accelerators, "cpu" as const])], notes };
      } catch (error) {
        const { message, remedy } = fromNative(error, "framework-unavailable", "ExecuTorch does not run here");
        return { available: false, reason: message, remedy };
      }
    },

    async load(model, context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      checkLoadNumbers(options);
      const { method = "forward" } = parseFrameworkOptions(options.frameworkOptions);
      const report = risingProgress(options.onProgress);
      const { program, generation } = await readModelFiles(model);
      // The file was validated when it was installed, but native code trusts what a disk may have done to it since.
      const metadata = await validateModel(model.variant.format, model.files, signal);
      report(0.05);
      const tokenizer = await createTokenizer(model.files);
      const settings = readGenerationSettings(generation, tokenizer);
      report(0.1);
      const library = await open(context);
      signal?.throwIfAborted();
      checkMemoryLimit(model.id, program.sizeBytes, options.memoryLimitBytes, framework);
      const accelerator = chooseAccelerator({ ...model, metadata }, library, options.accelerator);
      const threads = options.threads ?? threadsOf(machine());
      const parallel = options.parallel ?? 1;
      // The program's own context where nobody asks, as far as others would give it.
      const contextSize = options.contextSize ?? Math.min(metadata.contextLength ?? defaultContextSize, defaultContextSize);
      const native = await library
        .load({
          model,
          program,
          context,
          options: { ...options, contextSize, threads, parallel, frameworkOptions: { method }, onProgress: (fraction) => report(0.1 + 0.85 * fraction) },
        })
        .catch((error: unknown) => {
          signal?.throwIfAborted();
          throw fromNative(error, "load-failed", `ExecuTorch cannot load ${model.id}`);
        });
      let loaded: LoadedModel | undefined;
      try {
        signal?.throwIfAborted();
        checkSequences(model, native, tokenizer);
        const use = native.memory();
        checkMemoryLimit(model.id, use.weightsBytes + use.kvCacheBytes + use.computeBytes, options.memoryLimitBytes, framework);
        loaded = createChatModel({
          sequences: native.sequences,
          tokenizer,
          endTokens: settings.endTokens,
          framework,
          accelerator,
          warnings: warningsOf(native, options),
          defaults: settings.sampling,
          prefillTokens: options.batchSize ?? defaultPrefillTokens,
          memory: native.memory,
          release: native.dispose,
          now,
          random,
        });
        const shown = await throughChannel(loaded);
        report(1);
        return shown;
      } catch (error) {
        await (loaded ? loaded.dispose() : native.dispose());
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `${model.id} cannot be used`);
      }
    },
  };
}

/** What the program is compiled for, which nothing changes. @throws TenfoldError `unsupported-format`, `framework-unavailable`. */
function chooseAccelerator({ id, metadata }: InstalledModel, { delegates }: NativeLibrary, wanted: LoadOptions["accelerator"]): Accelerator {
  const needed = String(metadata.details?.delegates ?? "")
    .split(", ")
    .filter(Boolean);
  const absent = needed.filter((name) => !delegates.includes(name));
  if (absent.length > 0) {
    throw new TenfoldError(
      "unsupported-format",
      `${id} is compiled for ${absent.join(", ")}, which is not here; there is ${delegates.join(", ") || "no delegate"}.`,
      {
        framework,
        remedy: "Choose a variant that was exported for one of those, or without delegates.",
      },
    );
  }
  const accelerator = needed.flatMap((name) => acceleratorOf[name] ?? [])[0] ?? "cpu";
  const isCpu = accelerator === "xnnpack" || accelerator === "cpu";
  if (wanted === undefined || wanted === "auto" || wanted === accelerator || (wanted === "cpu" && isCpu)) return accelerator;
  throw new TenfoldError("framework-unavailable", `${id} is compiled for ${accelerator} and cannot use ${wanted}.`, {
    framework,
    remedy: `Leave the accelerator open, or choose a variant that was exported for ${wanted}.`,
  });
}

/** A tokenizer of another model would ask for tokens that are not there. */
function checkSequences({ id }: InstalledModel, { sequences: [{ vocabularySize }] }: LogitsSequences, tokenizer: Tokenizer): void {
  if (tokenizer.vocabularySize <= vocabularySize) return;
  throw new TenfoldError("invalid-format", `The tokenizer of ${id} has ${tokenizer.vocabularySize} tokens; the program gives logits for ${vocabularySize}.`, {
    framework,
    remedy: "Put the tokenizer beside the program that it was trained with.",
  });
}

function warningsOf({ sequences: [{ contextSize }] }: LogitsSequences, { contextSize: wanted }: LoadOptions): Warning[] {
  if (wanted === undefined || wanted <= contextSize) return [];
  return [{ kind: "other", message: `The program was exported for a context of ${contextSize} tokens; ${wanted} were asked for.` }];
}

const threadsOf = (machine: MachineLoad) => defaultThreads(machine.usableCores, machine);
