import { parse, TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, checkMemoryLimit } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { z } from "zod";
import { fromNative } from "../errors.ts";
import { liteRtLmProfile } from "../profile.ts";
import { createReactNativeModel, type NativeLlm } from "./react-native-model.ts";

/** What is used of react-native-litert-lm. */
export interface ReactNativeLiteRtLm {
  createLLM(): NativeLlm;
}

export interface ReactNativeAdapterParts {
  importLibrary: () => Promise<ReactNativeLiteRtLm>;
  now: () => number;
}

const { framework } = liteRtLmProfile;
const defaultContextSize = 4096;

/** The package sets its sampler when it loads a model. */
const settingsSchema = z.strictObject({
  temperature: z.number().min(0).max(100).default(0.8),
  topK: z.int().min(1).default(40),
  topP: z.number().min(0).max(1).default(0.95),
});

/** LiteRT-LM through react-native-litert-lm. */
export function createReactNativeAdapter({ importLibrary, now }: ReactNativeAdapterParts): Adapter {
  return {
    framework,
    formats: liteRtLmProfile.formats,
    profile: liteRtLmProfile,

    async probe() {
      try {
        await importLibrary();
        return { available: true, frameworkVersion: "react-native-litert-lm 0.7", accelerators: ["cpu"] };
      } catch (error) {
        const { message, remedy } = fromNative(error, "framework-unavailable", "LiteRT-LM does not run here", framework);
        return { available: false, reason: message, remedy: remedy ?? "Install react-native-litert-lm in the application, and build it again." };
      }
    },

    async load(model, _context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      if (options.accelerator !== undefined && options.accelerator !== "auto" && options.accelerator !== "cpu")
        throw new TenfoldError("framework-unavailable", `LiteRT-LM cannot use ${options.accelerator} here; it can use cpu.`, { framework });
      const sampler = parse(settingsSchema, options.frameworkOptions ?? {}, `frameworkOptions for ${framework}`, "invalid-input");
      const file = model.files.find(({ path }) => path.toLowerCase().endsWith(".litertlm"));
      const path = file?.location?.();
      if (!file || path === undefined)
        throw new TenfoldError("unsupported-format", `${model.id} has no .litertlm file that native code can open.`, { framework });
      const { contextLength = defaultContextSize } = await validateModel(model.variant.format, model.files, signal);
      checkMemoryLimit(model.id, file.sizeBytes, options.memoryLimitBytes, framework);
      const contextSize = Math.min(options.contextSize ?? defaultContextSize, contextLength);
      const library = await importLibrary().catch((error: unknown) => {
        throw fromNative(error, "framework-unavailable", "LiteRT-LM does not run here", framework);
      });
      const native = library.createLLM();
      try {
        await native.loadModel(path, {
          ...{
            backend: "cpu",
            activationDataType: "f32",
            maxContextTokens: contextSize,
            maxOutputTokens: contextSize,
            enableStructuredOutput: true,
            ...sampler,
          },
          ...(options.threads === undefined ? {} : { numThreads: options.threads }),
        });
        signal?.throwIfAborted();
        report(1);
        return createReactNativeModel({ native, contextSize, weightsBytes: file.sizeBytes, now });
      } catch (error) {
        native.close();
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `LiteRT-LM cannot load ${model.id}`, framework);
      }
    },
  };
}
