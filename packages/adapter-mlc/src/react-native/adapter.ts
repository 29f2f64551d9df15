import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, type InstalledModel, supportOf } from "@tenfold/core";
import { fromNative } from "../errors.ts";
import { parseFrameworkOptions } from "../options.ts";
import { mlcProfile } from "../profile.ts";
import type { NativeEngine } from "./engine.ts";
import { createNativeModel } from "./native-model.ts";

export interface ReactNativeParts {
  importEngine: () => Promise<NativeEngine>;
  now: () => number;
}

const framework = mlcProfile.framework;
const accelerator: Accelerator = "metal";

/** MLC-LLM as it is linked into an application: it takes messages, and only models that the application was built for. */
export function createReactNativeAdapter({ importEngine, now }: ReactNativeParts): Adapter {
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "MLC-LLM does not run here");

  return {
    framework,
    formats: mlcProfile.formats,
    profile: mlcProfile,

    probe: () =>
      supportOf(async () => {
        const models = namesOf(await (await importEngine()).getModels());
        const notes = [`@react-native-ai/mlc, with libraries for ${models.join(", ") || "no model"}`];
        return { frameworkVersion: "0.12", accelerators: [accelerator], notes };
      }, told),

    async load(model, _context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      parseFrameworkOptions(options.frameworkOptions);
      const engine = await importEngine().catch((error: unknown) => {
        throw told(error);
      });
      const name = linkedName(model, namesOf(await engine.getModels()));
      signal?.throwIfAborted();
      report(0.1);
      await engine.prepareModel(name).catch((error: unknown) => {
        throw /directory not found/i.test(String(error)) ? notThere(name, error) : fromNative(error, "load-failed", `MLC-LLM cannot load ${name}`);
      });
      if (signal?.aborted) {
        await engine.unloadModel();
        signal.throwIfAborted();
      }
      report(1);
      const weightsBytes = model.files.reduce((sum, { path, sizeBytes }) => sum + (path.endsWith(".bin") ? sizeBytes : 0), 0);
      return createNativeModel({ engine, now, accelerator, contextSize: model.metadata.contextLength ?? 4096, weightsBytes });
    },
  };
}

const namesOf = (models: readonly { model_id?: string }[]) => models.flatMap(({ model_id }) => model_id ?? []);

/** Catalog ids are in lower case; MLC's names are not. */
function linkedName({ id }: InstalledModel, linked: readonly string[]): string {
  const name = linked.find((one) => one.toLowerCase() === id.toLowerCase());
  if (name !== undefined) return name;
  throw new TenfoldError("load-failed", `This application was built without a library for ${id}; it has ${linked.join(", ") || "none"}.`, {
    framework,
    remedy: "List the model in mlc-package-config.json, run `mlc_llm package`, and build the application again: docs/mlc.md says how.",
  });
}

const notThere = (name: string, cause: unknown) =>
  new TenfoldError("not-installed", `@react-native-ai/mlc looks for ${name} in its own folder, Documents/bundle/${name}, and it is not there.`, {
    framework,
    cause,
    remedy: "Copy the model's files into that folder before it is loaded; docs/mlc.md says how.",
  });
