import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, checkLoadNumbers, checkMemoryLimit, type InstalledModel, type LoadedModel, risingProgress } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import type { LogitsModel } from "@tenfold/generation/loop";
import { createChatModel, readGenerationSettings } from "@tenfold/generation/model";
import { throughChannel } from "@tenfold/host";
import { createTokenizer } from "@tenfold/tokenizers";
import { checkOptions } from "../check-options.ts";
import { fromNative } from "../errors.ts";
import { liteRtProfile } from "../profile.ts";
import type { Binding, NativeModel, TensorDetails } from "./binding.ts";
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
  return {
    framework,
    formats: liteRtProfile.formats,
    profile: liteRtProfile,

    async probe() {
      try {
        const { version, accelerators } = await binding.probe();
        return { available: true, frameworkVersion: version, accelerators };
      } catch (error) {
        const { message, remedy } = fromNative(error, "framework-unavailable", "LiteRT does not run here", framework);
        return { available: false, reason: message, remedy };
      }
    },

    async load(model, _context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      checkLoadNumbers(options);
      checkOptions(options, { accelerator: "wasm", framework });
      const report = risingProgress(options.onProgress);
      const file = weightsOf(model);
      // The file was validated when it was installed, but native code trusts what a disk may have done to it since.
      const metadata = await validateModel(model.variant.format, model.files, signal);
      report(0.1);
      checkMemoryLimit(model.id, file.sizeBytes, options.memoryLimitBytes, framework);
      const tokenizer = await createTokenizer(model.files, signal ? { signal } : {});
      const { endTokens, sampling } = readGenerationSettings(await settingsOf(model), tokenizer);
      report(0.3);
      const library = await binding.open().catch((error: unknown) => {
        throw fromNative(error, "framework-unavailable", "LiteRT does not run here", framework);
      });
      signal?.throwIfAborted();
      const native = await library.load(file).catch((error: unknown) => {
        throw fromNative(error, "load-failed", `LiteRT cannot load ${model.id}`, framework);
      });
      let loaded: LoadedModel | undefined;
      try {
        signal?.throwIfAborted();
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
        loaded = createChatModel({
          sequences: [sequence(), ...Array.from({ length: parallel - 1 }, sequence)],
          ...{ tokenizer, endTokens, framework, now, random },
          accelerator: "wasm",
          defaults: sampling,
          prefillTokens: layout.kind === "plain" ? contextSize : (layout.prefill[0]?.tokens ?? 1),
          memory: () => memory,
          release: async () => native.delete(),
        });
        const shown = await throughChannel(loaded);
        report(1);
        return shown;
      } catch (error) {
        await disposeAll(loaded, native);
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `${model.id} cannot be used`, framework);
      }
    },
  };
}

async function disposeAll(loaded: LoadedModel | undefined, native: NativeModel): Promise<void> {
  if (loaded) await loaded.dispose();
  else native.delete();
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

const mostSettingsBytes = 4 * 1024 * 1024;

async function settingsOf({ files }: InstalledModel): Promise<unknown> {
  const file = files.find(({ path }) => path === "generation_config.json" || path.endsWith("/generation_config.json"));
  if (!file || file.sizeBytes > mostSettingsBytes) return {};
  try {
    return JSON.parse(new TextDecoder().decode(await file.read()));
  } catch (error) {
    throw new TenfoldError("invalid-format", `${file.path} is not JSON.`, { framework, cause: error });
  }
}
