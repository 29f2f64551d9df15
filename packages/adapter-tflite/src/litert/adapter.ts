import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, checkMemoryLimit, type InstalledModel, supportOf } from "@tenfold/core";
import type { LogitsModel } from "@tenfold/generation/loop";
import { createChatModel, readModel } from "@tenfold/generation/model";
import { completeLoad } from "@tenfold/host";
import { checkOptions } from "../check-options.ts";
import { fromNative } from "../errors.ts";
import { liteRtProfile } from "../profile.ts";
import type { Binding, TensorDetails } from "./binding.ts";
import { readLayout } from "./layout.ts";
import { createPlainSequence } from "./plain-sequence.ts";
import { createSequence } from "./sequence.ts";

export interface LiteRtParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

const { framework } = liteRtProfile;
const defaultContextSize = 4096;

/** All of the adapter for .tflite but the native calls. */
export function createLiteRtAdapter({ binding, now, random }: LiteRtParts): Adapter {
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "LiteRT does not run here", framework);

  return {
    framework,
    formats: liteRtProfile.formats,
    profile: liteRtProfile,

    probe: () =>
      supportOf(async () => {
        const { version, accelerators } = await binding.probe();
        return { frameworkVersion: version, accelerators };
      }, told),

    async load(model, _context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      checkOptions(options, { accelerator: "wasm", framework });
      const file = weightsOf(model);
      checkMemoryLimit(model.id, file.sizeBytes, options.memoryLimitBytes, framework);
      const read = await readModel(model, { framework, signal, report });
      const { metadata } = read.model;
      const { endTokens, sampling } = await read.answers();
      const library = await binding.open().catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      const native = await library.load(file).catch((error: unknown) => {
        throw fromNative(error, "load-failed", `LiteRT cannot load ${model.id}`, framework);
      });
      return completeLoad({
        ...{ signal, report },
        make() {
          report(0.95);
          const layout = readLayout(model.id, native);
          const contextSize = Math.min(options.contextSize ?? Math.min(metadata.contextLength ?? defaultContextSize, defaultContextSize), layout.contextSize);
          const parallel = options.parallel ?? 1;
          const memory = {
            weightsBytes: file.sizeBytes,
            kvCacheBytes: layout.kind === "plain" ? 0 : parallel * layout.caches.reduce((sum, tensor) => sum + sizeOf(tensor), 0),
            computeBytes: 4 * layout.vocabularySize * (layout.kind === "plain" ? layout.contextSize : 1),
          };
          checkMemoryLimit(model.id, memory.weightsBytes + memory.kvCacheBytes + memory.computeBytes, options.memoryLimitBytes, framework);
          const sequence = (): LogitsModel => {
            const common = { native, contextSize, nextTask: binding.nextTask };
            return layout.kind === "plain" ? createPlainSequence({ ...common, layout }) : createSequence({ ...common, layout });
          };
          return createChatModel({
            sequences: [sequence(), ...Array.from({ length: parallel - 1 }, sequence)],
            ...{ tokenizer: read.tokenizer, endTokens, framework, now, random },
            accelerator: "wasm",
            defaults: sampling,
            prefillTokens: layout.kind === "plain" ? contextSize : (layout.prefill[0]?.tokens ?? 1),
            memory: () => memory,
            release: async () => native.delete(),
          });
        },
        release: () => native.delete(),
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`, framework),
      });
    },
  };
}

const sizeOf = ({ type, shape }: TensorDetails) => (type === "uint8" ? 1 : 4) * shape.reduce((product, size) => product * size, 1);

function weightsOf({ id, variant, files }: InstalledModel) {
  const wrong = (code: "unsupported-format" | "invalid-format", message: string) => new TenfoldError(code, message, { framework, stage: "loading" });
  if (variant.format !== "tflite") throw wrong("unsupported-format", `LiteRT loads TFLite models; ${id} is in the format ${variant.format}.`);
  const found = files.filter(({ path }) => path.toLowerCase().endsWith(".tflite"));
  const [file] = found;
  if (!file || found.length > 1) throw wrong("invalid-format", `${id} has ${found.length} .tflite files; one is wanted.`);
  return file;
}
