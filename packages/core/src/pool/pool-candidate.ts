import type { FrameworkId } from "@tenfold/catalog";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";

/** The states of a lifecycle that belong to one load in one process. */
export type LoadState = "initializing" | "initialized" | "loading" | "loaded" | "ready" | "cleanup" | "validated";

/** Hears how the load it shares goes. */
export interface LoadFollower {
  state(state: LoadState): void;
  progress(stage: "initialization" | "loading", fraction: number): void;
  failed(error: unknown): void;
}

/** Something that the pool can load: one variant, with one framework and one set of options. */
export interface PoolCandidate {
  /** Equal for two loads that may share one model in memory. */
  readonly key: string;
  readonly model: string;
  readonly variant: string;
  readonly framework: FrameworkId;
  /** The context that was asked for, to say by how much less would fit. */
  readonly contextSize?: number;
  /** Never evicted while somebody holds it. */
  readonly pinned?: boolean;
  /** The most that this load may take alone. */
  readonly memoryLimitBytes?: number;
  /** What loading will take. */
  estimate(): Promise<MemoryEstimate>;
  /** Initializes and loads. `follow` is told of every state up to `loaded`. */
  load(options: { follow: LoadFollower; signal: AbortSignal; memoryLimitBytes: number | undefined }): Promise<LoadedModel>;
}

/** What a loaded model has in memory. */
export function bytesInUse(model: Pick<LoadedModel, "memory">): number {
  const { weightsBytes, kvCacheBytes, computeBytes } = model.memory();
  return weightsBytes + kvCacheBytes + computeBytes;
}
