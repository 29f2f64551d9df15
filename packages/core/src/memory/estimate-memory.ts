import { type MemoryProfile, TenfoldError } from "@tenfold/catalog";
import { cacheTerms } from "./cache-terms.ts";
import { computeTerm } from "./compute-term.ts";
import type { MemoryEstimate, MemoryTerm } from "./memory-estimate.ts";
import type { MemoryOptions } from "./memory-options.ts";
import type { ModelShape } from "./model-shape.ts";
import { weightTerms } from "./weight-terms.ts";

/**
 * What loading a model will take, term by term, from its header and the framework's profile alone. The formulas and how far they were found
 * to be off stand in docs/memory.md. Not in it: the process itself, the framework's libraries, and buffers of a GPU's driver.
 * @throws TenfoldError `invalid-input` for sizes that are no whole numbers above 0, or an unknown element type.
 */
export function estimateMemory(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): MemoryEstimate {
  return sumOf(weightTerms(shape, profile, options), workingTerms(shape, profile, options));
}

/** What a model takes besides its weights. */
export interface WorkingTerms {
  readonly terms: readonly MemoryTerm[];
  readonly unknown: NonNullable<MemoryEstimate["unknown"]>;
}

/** Caches and buffers: the same for every quantization of a model. @throws TenfoldError `invalid-input` as `estimateMemory` */
export function workingTerms(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): WorkingTerms {
  for (const name of ["contextSize", "parallel", "batchTokens"] as const) {
    const value = options[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      throw new TenfoldError("invalid-input", `${name} is ${value}, expected a whole number above 0.`);
  }
  const terms: MemoryTerm[] = [];
  const unknown: NonNullable<MemoryEstimate["unknown"]>[number][] = [];
  if (!shape.encoder) {
    if (shape.layers) terms.push(...cacheTerms(shape, profile, options));
    else unknown.push({ name: "kv-cache", why: "the files do not say how many layers and heads of which size the model has" });
  }
  const compute = computeTerm(shape, profile, options);
  if (compute) terms.push(compute);
  else unknown.push({ name: "compute", why: "the files do not say how wide the model's layers are" });
  return { terms, unknown };
}

/** The whole, once loaded and at the worst moment. */
export function sumOf(weights: readonly MemoryTerm[], { terms: working, unknown }: WorkingTerms): MemoryEstimate {
  const terms = [...weights, ...working];
  const steadyBytes = terms.reduce((total, { name, bytes }) => (name === "load-spike" ? total : total + bytes), 0);
  const spikeBytes = terms.find(({ name }) => name === "load-spike")?.bytes ?? 0;
  return { terms, steadyBytes, peakBytes: Math.max(steadyBytes, loadingBytes(terms) + spikeBytes), ...(unknown.length > 0 ? { unknown } : {}) };
}

/** Caches and buffers come after the weights: the spike is over by then. */
function loadingBytes(terms: readonly MemoryTerm[]): number {
  return terms.find(({ name }) => name === "weights")?.bytes ?? 0;
}
