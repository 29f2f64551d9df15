import { TenfoldError } from "@tenfold/catalog";
import type { MemoryEstimate, MemoryTerm } from "../memory/memory-estimate.ts";

export interface OccupiedMemory {
  name: string;
  bytes: number;
  busy: boolean;
  pinned: boolean;
}

export interface RefusedLoad {
  name: string;
  framework: string;
  estimate: MemoryEstimate;
  contextSize?: number | undefined;
  /** What it could have had, with everything gone that may go at once. */
  withinBytes: number;
  occupied: readonly OccupiedMemory[];
}

/** Why a model was not loaded: what it takes, term by term, who has the memory, and what would make room. */
export function memoryRefusal({ name, framework, estimate, contextSize, withinBytes, occupied }: RefusedLoad): TenfoldError {
  const { peakBytes, steadyBytes, terms } = estimate;
  const shown = terms.map((term) => `${words[term.name]} ${inMegabytes(term.bytes)}`).join(", ");
  const holders = occupied.map((one) => `${one.name} takes ${inMegabytes(one.bytes)}${one.busy ? " and is answering" : one.pinned ? " and is to stay" : ""}`);
  const message =
    `${name} needs ${inMegabytes(peakBytes)} to load with ${framework}${shown === "" ? "" : ` (${shown})`}; ` +
    `${inMegabytes(Math.max(0, withinBytes))} can be had${holders.length > 0 ? ` while ${holders.join(", ")}` : ""}.`;
  const unloadable = occupied.filter(({ bytes }) => bytes > 0);
  return new TenfoldError("out-of-memory", message, {
    framework,
    // Answers end by themselves; a smaller device does not grow.
    retryable: unloadable.some(({ busy, pinned }) => busy && !pinned),
    remedy: [smallerContext(terms, peakBytes - withinBytes, contextSize), unload(unloadable), "Choose a smaller variant, or close other applications."]
      .filter((part) => part !== undefined)
      .join(" "),
    details: { peakBytes, steadyBytes, withinBytes, terms, unloadable: unloadable.map((one) => one.name) },
  });
}

const words: Record<MemoryTerm["name"], string> = {
  weights: "weights",
  "kv-cache": "KV cache",
  "recurrent-state": "recurrent state",
  compute: "compute buffers",
  "load-spike": "while loading",
};

/** The KV cache grows with the context, so what is missing tells how much smaller it has to be. */
function smallerContext(terms: readonly MemoryTerm[], missingBytes: number, contextSize: number | undefined): string | undefined {
  const cache = terms.find((term) => term.name === "kv-cache")?.bytes ?? 0;
  if (cache <= missingBytes) return undefined;
  if (contextSize === undefined) return "Load it with a smaller context size.";
  const fits = Math.floor((contextSize * (cache - missingBytes)) / cache);
  return fits < 8 ? undefined : `Load it with a context size of ${fits}.`;
}

function unload(unloadable: readonly OccupiedMemory[]): string | undefined {
  if (unloadable.length === 0) return undefined;
  const busy = unloadable.every((one) => one.busy);
  return `Unload ${unloadable.map((one) => one.name).join(" or ")}${busy ? ", or wait for its answer" : ""}.`;
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return `${megabytes >= 10 ? Math.round(megabytes).toLocaleString("en") : megabytes.toFixed(2)} MB`;
}
