import { TenfoldError } from "@tenfold/catalog";
import type { ResolvedSource } from "./source.ts";

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;

/** Which source is asked next, and how long to wait before. */
export interface SourceRota {
  /** @throws what went wrong last when no source is left, `no-source` when there never was one. */
  current(): ResolvedSource;
  succeeded(): void;
  /**
   * Takes note of a failure and says how to go on.
   * @param progressed bytes came since the attempt began.
   * @throws the error, when nothing is left to try.
   */
  failed(source: ResolvedSource, error: TenfoldError, progressed: boolean): { waitMs: number; plan: string };
}

/** @param attempts how many in a row may bring nothing, for each source. */
export function createSourceRota(name: string, offered: readonly ResolvedSource[], attempts: number): SourceRota {
  const sources = [...offered];
  let next = 0;
  let failures = 0;
  let mismatch: TenfoldError | undefined;
  let last: TenfoldError | undefined;

  return {
    current() {
      const source = sources[next % sources.length];
      if (!source) throw mismatch ?? last ?? new TenfoldError("no-source", `There is no source that has ${name}.`);
      return source;
    },
    succeeded() {
      failures = 0;
    },
    failed(source, error, progressed) {
      failures = progressed ? 1 : failures + 1;
      last = error;
      if (error.code === "digest-mismatch") mismatch = error;
      const at = sources.indexOf(source);
      if (error.retryable) next = at < 0 ? next : at + 1;
      else if (at >= 0) sources.splice(at, 1);
      if (!error.retryable && at >= 0) next = at;
      if (sources.length === 0) throw mismatch ?? error;
      const most = attempts * sources.length;
      if (failures >= most) throw error;
      if (!error.retryable) return { waitMs: 0, plan: "Going on with another source." };
      const waitMs = backoffMs(failures, error.details?.retryAfterMs);
      const action = sources.length > 1 ? "Trying another source" : "Trying again";
      return { waitMs, plan: `${action} in ${(waitMs / 1000).toFixed(1)} s, attempt ${failures + 1} of ${most}.` };
    },
  };
}

function backoffMs(failures: number, retryAfterMs: unknown): number {
  const exponential = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  const jittered = exponential * (0.5 + Math.random() / 2);
  return typeof retryAfterMs === "number" ? Math.max(Math.min(retryAfterMs, 10 * longestBackoffMs), jittered) : jittered;
}
