import { TenfoldError } from "@tenfold/catalog";

/** What another framework or variant may do better: not mistakes of the caller, and not files that are wrong. */
export function mayGoElsewhere(error: unknown): boolean {
  return TenfoldError.is(error, "out-of-memory", "crashed", "crashed-before");
}

/** A model that was left for another. */
export interface Failover {
  framework: string;
  variant: string;
  error: unknown;
}

/** "llama.cpp could not go on with tiny:q8_0: …" */
export function describeFailover(model: string, { framework, variant, error }: Failover): string {
  return `${framework} could not go on with ${model}:${variant}: ${error instanceof Error ? error.message : String(error)}`;
}
