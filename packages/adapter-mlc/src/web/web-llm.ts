/** What is used of @mlc-ai/web-llm 0.2.86, whose own types name packages that it does not bring. */
export interface WebLlm {
  /** What model libraries must be compiled for: "v0_2_86/base". */
  modelVersion: string;
  ModelType: { LLM: number; embedding: number };
  MLCEngine: new (config: {
    appConfig: { model_list: ModelRecord[]; cacheBackend: "cache" };
    initProgressCallback: (report: { progress: number; text: string }) => void;
    logitProcessorRegistry: Map<string, LogitProcessor>;
    logLevel: "ERROR" | "SILENT";
  }) => WebLlmEngine;
}

interface ModelRecord {
  model_id: string;
  /** Address of the folder. */
  model: string;
  /** Address of the library. */
  model_lib: string;
  model_type: number;
  overrides: Readonly<Record<string, unknown>>;
}

/** Sees the logits of every pass before web-llm samples. */
export interface LogitProcessor {
  processLogits(logits: Float32Array): Float32Array;
  processSampledToken(token: number): void;
  resetState(): void;
}

export interface WebLlmEngine {
  /** Resolves without a model when it was aborted. */
  reload(modelId: string): Promise<void>;
  /** Frees the GPU, and aborts a `reload`. */
  unload(): Promise<void>;
  /** One token goes through the library's decode function, more through prefill, in as many chunks as it takes. */
  forwardTokensAndSample(tokens: number[], isPrefill: boolean): Promise<number>;
  resetChat(): Promise<void>;
  embeddings: { create(request: { input: number[] }): Promise<{ data: readonly { embedding: readonly number[] }[] }> };
}

/** The version of the package, which it does not tell itself: its libraries' version names it. */
export const versionOf = ({ modelVersion }: Pick<WebLlm, "modelVersion">): string =>
  /^v(\d+)_(\d+)_(\d+)/.exec(modelVersion)?.slice(1).join(".") ?? modelVersion;
