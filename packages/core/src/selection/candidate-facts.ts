import type { FrameworkProfile, Variant } from "@tenfold/catalog";
import type { Support } from "../contract/adapter.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";

/** A framework and a variant that may go together, and what is known of the pair. */
export interface CandidateFacts {
  model: string;
  variant: Variant;
  profile: FrameworkProfile;
  /** What the adapter says of this device; absent for a framework that is not installed here. */
  support?: Support;
  architecture?: string;
  parameterCount?: number;
  /** Tokens the model was trained for. */
  contextLength?: number;
  /** SHA-256 of the weights, by which measurements name them. */
  weights?: string;
  /** Bytes of all files together. */
  sizeBytes?: number;
  /** From the header where the files are here, else from the size of the files alone. */
  estimate?: MemoryEstimate;
  /** The files are on this device. */
  installed?: boolean;
}
