import type { Accelerator, FrameworkId, FrameworkProfile, ModelFormat, TenfoldError, Variant } from "@tenfold/catalog";
import type { InstalledModel } from "./installed-model.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { Log } from "./log.ts";

/** Whether a framework runs here. */
export type Support =
  | { available: true; frameworkVersion: string; accelerators: readonly Accelerator[]; notes?: readonly string[] }
  | { available: false; reason: string; remedy: string };

/** Native libraries that were added to the store for frameworks that no package carries: name to folder. */
export type NativeParts = ReadonlyMap<string, string>;

export interface AdapterContext {
  platform: { name: "node" | "browser" | "react-native"; os: string; architecture: string };
  nativeParts: NativeParts;
  log: Log;
}

export interface PrepareOptions {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}

export interface LoadOptions {
  /** Tokens for prompt and answer together. Absent: what the model was trained for, at most 4,096. */
  contextSize?: number;
  accelerator?: Accelerator | "auto";
  threads?: number;
  /** Answers at once that share the weights. Absent: 1. */
  parallel?: number;
  /** Prompt tokens computed at once, where the framework lets one choose. Absent: the adapter's own. */
  batchSize?: number;
  /** The most that `memory()` may state, in bytes. A load that would take more rejects with `out-of-memory`. */
  memoryLimitBytes?: number;
  /** Where native code runs: in a process or worker of its own, or here. Absent: the adapter's default for the platform. */
  isolation?: "host" | "none";
  /** Settings only this framework has; the adapter checks them. */
  frameworkOptions?: Readonly<Record<string, unknown>>;
  signal?: AbortSignal;
  /** 0 to 1, never falling; 1 comes before `load` resolves. */
  onProgress?: (fraction: number) => void;
}

/** One framework behind the interface that all share. */
export interface Adapter {
  readonly framework: FrameworkId;
  readonly formats: readonly ModelFormat[];
  /** What is known of the framework as data. Without it nothing tells what a model will take or how fast it will be. */
  readonly profile?: FrameworkProfile;
  /** Whether the framework runs here, on which accelerators, and if not why and what would help. Never throws. */
  probe(context: AdapterContext): Promise<Support>;
  /** Why a variant of a format that is taken cannot be loaded all the same; core asks before it fetches the first byte. Absent: the format tells all. */
  refusal?(variant: Variant): TenfoldError | undefined;
  /** Compiles or optimises once; core calls it before the first load. Absent when there is nothing to do. */
  prepare?(model: InstalledModel, context: AdapterContext, options: PrepareOptions): Promise<void>;
  /** Loads an installed, validated model. Rejects with a TenfoldError and leaves nothing behind when it does. */
  load(model: InstalledModel, context: AdapterContext, options: LoadOptions): Promise<LoadedModel>;
}
