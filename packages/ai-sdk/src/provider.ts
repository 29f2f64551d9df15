import { type EmbeddingModelV4, type LanguageModelV4, NoSuchModelError, type ProviderV4, type RerankingModelV4 } from "@ai-sdk/provider";
import { createModelShelf, type LoadedModel, type ProgressEvent, type ShelfEntry, type Tenfold, type TenfoldLoadOptions } from "@tenfold/core";
import { createEmbeddingModel } from "./embedding-model.ts";
import { type ErrorPlace, toSdkError } from "./errors.ts";
import { createLanguageModel } from "./language-model.ts";
import { createRerankingModel } from "./reranking-model.ts";
import type { ModelParts, OpenModel } from "./served-model.ts";

/** What a model is loaded with: everything that `tenfold.load` takes but those who wait for it. */
export type ModelLoadOptions = Omit<TenfoldLoadOptions, "signal" | "onProgress">;

/** A model of a name of its own: a catalog id, or a file or folder on this device, with what it is loaded with. */
export type NamedModel = ({ model: string } | { path: string }) & ModelLoadOptions;

export interface TenfoldProviderOptions {
  /** Loads what is asked for: by catalog id, or by a name in `models`. */
  tenfold?: Pick<Tenfold, "load">;
  /** Names of your own, before catalog ids: what `tenfold` loads under them, or models that an adapter has loaded already. The latter stay yours to dispose. */
  models?: Readonly<Record<string, NamedModel | LoadedModel>>;
  /** What every model is loaded with, unless it says otherwise itself. */
  load?: ModelLoadOptions;
  /** Told how far models are that are being fetched and loaded. */
  onProgress?: (modelId: string, event: ProgressEvent) => void;
  /** The provider's name in telemetry and errors. Default "tenfold". */
  name?: string;
}

export interface TenfoldProvider extends ProviderV4 {
  /** As `languageModel`. */
  (modelId: string): LanguageModelV4;
  languageModel(modelId: string): LanguageModelV4;
  embeddingModel(modelId: string): EmbeddingModelV4;
  rerankingModel(modelId: string): RerankingModelV4;
  /** Fetches and loads a model before it is asked. Rejects as its calls do. */
  load(modelId: string, options?: { signal?: AbortSignal; onProgress?: (event: ProgressEvent) => void }): Promise<void>;
  /** Lets go of all models that were loaded; what was being answered ends with an error. Safe to call twice. */
  dispose(): Promise<void>;
}

/** A provider for the AI SDK whose models run on this device. Making one, or a model of it, loads nothing. */
export function createTenfoldProvider(options: TenfoldProviderOptions): TenfoldProvider {
  const { tenfold, models = {}, load = {}, onProgress, name: provider = "tenfold" } = options;
  const named = (modelId: string) => (Object.hasOwn(models, modelId) ? models[modelId] : undefined);
  function entryOf(modelId: string): ShelfEntry {
    const found = named(modelId);
    if (found === undefined || isLoaded(found)) return { target: modelId, options: load };
    if ("path" in found) {
      const { path, ...own } = found;
      return { target: { path }, options: { ...load, ...own } };
    }
    const { model, ...own } = found;
    return { target: model, options: { ...load, ...own } };
  }
  const shelf = tenfold && createModelShelf({ tenfold, entryOf, onProgress });

  function partsOf(modelId: string, modelType: ErrorPlace["modelType"]): ModelParts {
    const found = named(modelId);
    if (found && isLoaded(found)) return { provider, modelId, open: ready(found) };
    if (!shelf) throw new NoSuchModelError({ modelId, modelType });
    return { provider, modelId, open: (asked) => shelf.open(modelId, asked) };
  }

  const languageModel = (modelId: string) => createLanguageModel(partsOf(modelId, "languageModel"));
  return Object.assign((modelId: string) => languageModel(modelId), {
    specificationVersion: "v4" as const,
    languageModel,
    embeddingModel: (modelId: string) => createEmbeddingModel(partsOf(modelId, "embeddingModel")),
    rerankingModel: (modelId: string) => createRerankingModel(partsOf(modelId, "rerankingModel")),
    imageModel(modelId: string): never {
      throw new NoSuchModelError({ modelId, modelType: "imageModel", message: "No framework here makes images." });
    },
    async load(modelId: string, { signal, onProgress: follow }: Parameters<TenfoldProvider["load"]>[1] = {}) {
      const { open } = partsOf(modelId, "languageModel");
      await open({ signal, onProgress: follow }).catch((error: unknown) => {
        throw toSdkError(error, { modelId, modelType: "languageModel", asked: modelId });
      });
    },
    async dispose() {
      await shelf?.dispose();
    },
  });
}

const isLoaded = (model: NamedModel | LoadedModel): model is LoadedModel => "generate" in model;

const ready =
  (model: LoadedModel): OpenModel =>
  async ({ signal }) => {
    signal?.throwIfAborted();
    return model;
  };
