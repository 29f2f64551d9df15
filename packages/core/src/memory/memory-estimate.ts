/** What a part of the memory is for. */
export type MemoryTermName = "weights" | "kv-cache" | "recurrent-state" | "compute" | "load-spike";

export interface MemoryTerm {
  name: MemoryTermName;
  bytes: number;
  /** How the figure came about, in words a person can check: "24 layers × 2 × 8 heads × 64 × 4,096 positions × F16". */
  how: string;
}

/** What loading a model will take, before it is loaded. */
export interface MemoryEstimate {
  /** `load-spike` is needed while loading only. */
  terms: readonly MemoryTerm[];
  /** Terms that could not be told, so that the sums are too small, each with the reason. Absent: all are there. */
  unknown?: readonly { name: MemoryTermName; why: string }[];
  /** Once loaded. */
  steadyBytes: number;
  /** At the worst moment: what admission reserves until the load ends. */
  peakBytes: number;
}
