import type { LoadedModel, Model, ProgressEvent } from "@tenfold/core";

/** A model that answers: one of a façade, or what an adapter loaded, which does not say who it is. */
export type ServedModel = LoadedModel & Partial<Pick<Model, "id" | "framework" | "variant">>;

export interface OpenOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** Gives the model, loading it first where that has not been done. Rejects with a TenfoldError, or with the signal's reason. */
export type OpenModel = (options: OpenOptions) => Promise<ServedModel>;

/** What the models of one provider are made of. */
export interface ModelParts {
  /** The provider's name, "tenfold". */
  provider: string;
  modelId: string;
  open: OpenModel;
}
