import { type ErrorCode, TenfoldError } from "@tenfold/catalog";

export const interruptedExitCode = 130;
export const usageExitCode = 2;

/** What an exit code tells a script. Printed by `tenfold --help`. */
export const exitCodes = [
  { code: 0, meaning: "done" },
  { code: 1, meaning: "failed for another reason" },
  { code: usageExitCode, meaning: "the command or a value is wrong" },
  { code: 3, meaning: "no such model or variant" },
  { code: 4, meaning: "hub or source out of reach; try again" },
  { code: 5, meaning: "a file is not what it should be, or nobody vouches for it" },
  { code: 6, meaning: "this device or this installation cannot run it" },
  { code: 7, meaning: "the store cannot be written" },
  { code: 8, meaning: "the model's licence wants your consent first" },
  { code: interruptedExitCode, meaning: "interrupted" },
] as const;

const codes: Partial<Record<ErrorCode, number>> = {
  "invalid-input": usageExitCode,
  "unknown-model": 3,
  "unknown-variant": 3,
  "ambiguous-model": 3,
  "not-installed": 3,
  "catalog-unreachable": 4,
  network: 4,
  "http-status": 4,
  timeout: 4,
  unauthorized: 4,
  "digest-mismatch": 5,
  "size-mismatch": 5,
  "invalid-format": 5,
  "invalid-manifest": 5,
  "untrusted-catalog": 5,
  "expired-catalog": 5,
  "no-digest": 5,
  revoked: 5,
  "no-source": 5,
  "unsupported-format": 6,
  "unsupported-schema-version": 6,
  "framework-unavailable": 6,
  "no-adapter": 6,
  "load-failed": 6,
  "out-of-memory": 6,
  "licence-not-accepted": 8,
  "crashed-before": 6,
  "disk-full": 7,
  "storage-failed": 7,
  "store-locked": 7,
};

export function exitCodeOf(error: unknown): number {
  return (TenfoldError.is(error) ? codes[error.code] : undefined) ?? 1;
}
