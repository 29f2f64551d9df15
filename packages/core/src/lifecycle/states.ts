import type { Stage } from "@tenfold/catalog";

export const lifecycleStates = [
  "uninitialized",
  "discovered",
  "downloading",
  "downloaded",
  "extracting",
  "extracted",
  "validating",
  "validated",
  "initializing",
  "initialized",
  "loading",
  "loaded",
  "ready",
  "executing",
  "error",
  "cleanup",
] as const;
export type LifecycleState = (typeof lifecycleStates)[number];

interface StateEntry {
  /** `store`: shared by all processes that use the store. `load`: one load in one process. */
  readonly scope: "store" | "load";
  readonly next: readonly LifecycleState[];
  /** The stage a failure in this state belongs to. */
  readonly stage?: Stage;
  /** Where a retry goes on after a failure in this state. Absent: the state cannot fail. */
  readonly retryFrom?: LifecycleState;
}

/** Every transition there is. The diagram in docs/lifecycle.md and the tests are made from this table. */
export const lifecycleTable: Readonly<Record<LifecycleState, StateEntry>> = {
  uninitialized: { scope: "store", next: ["discovered", "error"], stage: "discovery", retryFrom: "uninitialized" },
  // A model that lies on this device already needs no download.
  discovered: { scope: "store", next: ["downloading", "downloaded"] },
  downloading: { scope: "store", next: ["downloaded", "error"], stage: "download", retryFrom: "discovered" },
  downloaded: { scope: "store", next: ["extracting", "validating"] },
  extracting: { scope: "store", next: ["extracted", "error"], stage: "extraction", retryFrom: "downloaded" },
  extracted: { scope: "store", next: ["validating"] },
  // Damage found on disk sends a model back to fetch what is bad.
  validating: { scope: "store", next: ["validated", "downloading", "error"], stage: "validation", retryFrom: "downloaded" },
  validated: { scope: "store", next: ["initializing", "validating", "cleanup"] },
  initializing: { scope: "load", next: ["initialized", "error"], stage: "initialization", retryFrom: "validated" },
  initialized: { scope: "load", next: ["loading"] },
  loading: { scope: "load", next: ["loaded", "error"], stage: "loading", retryFrom: "initialized" },
  loaded: { scope: "load", next: ["ready", "error"], stage: "loading", retryFrom: "loaded" },
  ready: { scope: "load", next: ["executing", "cleanup"] },
  executing: { scope: "load", next: ["ready", "error"], stage: "generation", retryFrom: "ready" },
  error: { scope: "load", next: ["uninitialized", "discovered", "downloaded", "validated", "initialized", "loaded", "ready", "cleanup"] },
  // Unloading leaves the model in the store; deleting it makes it unknown again.
  cleanup: { scope: "load", next: ["validated", "uninitialized"] },
};

export function canTransition(from: LifecycleState, to: LifecycleState): boolean {
  return lifecycleTable[from].next.includes(to);
}
