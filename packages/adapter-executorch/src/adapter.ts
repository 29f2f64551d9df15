import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, checkMemoryLimit, type InstalledModel, type LoadOptions, supportOf, type Warning } from "@tenfold/core";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import { createChatModel, readModel } from "@tenfold/generation/model";
import { completeLoad, type LogitsSequences } from "@tenfold/host";
import type { Tokenizer } from "@tenfold/tokenizers";
import { acceleratorOf, type Binding, type NativeLibrary } from "./binding.ts";
import { fromNative } from "./errors.ts";
import { programOf } from "./model-files.ts";
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
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "ExecuTorch does not run here");

  return {
    framework,
    formats: executorchProfile.formats,
    profile: executorchProfile,

    probe: (context) =>
      supportOf(async () => {
        const { version, delegates, notes } = await binding.open(context);
        const accelerators = delegates.flatMap((name) => acceleratorOf[name] ?? []);
        return { frameworkVersion: version, accelerators: [...new Set([...accelerators, "cpu" as const])], notes };
      }, told),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      const { method = "forward" } = parseFrameworkOptions(options.frameworkOptions);
      const program = programOf(model);
      const read = await readModel(model, { framework, signal, report });
      const { metadata } = read.model;
      const { endTokens, sampling } = await read.answers();
      const library = await binding.open(context).catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      checkMemoryLimit(model.id, program.sizeBytes, options.memoryLimitBytes, framework);
      const accelerator = chooseAccelerator(read.model, library, options.accelerator);
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
      return completeLoad({
        ...{ signal, report },
        make() {
          checkSequences(model, native, read.tokenizer);
          const use = native.memory();
          checkMemoryLimit(model.id, use.weightsBytes + use.kvCacheBytes + use.computeBytes, options.memoryLimitBytes, framework);
          return createChatModel({
            ...{ tokenizer: read.tokenizer, endTokens, framework, accelerator, now, random },
            sequences: native.sequences,
            warnings: warningsOf(native, options),
            defaults: sampling,
            prefillTokens: options.batchSize ?? defaultPrefillTokens,
            memory: native.memory,
            release: native.dispose,
          });
        },
        release: native.dispose,
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`),
      });
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
