import type { Accelerator } from "@tenfold/catalog";
import type { PowerMode } from "../power/power-plan.ts";

/** What comes first among what fits and is fast enough: the weights that say most, the fastest, or what leaves most memory to others. */
export type Preference = "quality" | "speed" | "memory";

/** What a person wants of a model on this device. */
export interface SelectionNeed {
  /** Default "quality". */
  preference?: Preference;
  /** Slower than this counts as too slow to be chosen for its quality. Default 5: about as fast as people read. */
  leastTokensPerSecond?: number;
  /** Tokens of prompt and answer together. Default 4,096, or what the model was trained for if that is less. */
  contextSize?: number;
  accelerator?: Accelerator;
  powerMode?: PowerMode;
  memoryLimitBytes?: number;
}
