import { TenfoldError } from "@tenfold/catalog";

/** An error for a person, what happened and what to do, or as one line of JSON. */
export function describeError(error: unknown, { json, verbose }: { json: boolean; verbose: boolean }): string {
  if (json) return `${JSON.stringify({ error: TenfoldError.is(error) ? error : { code: "unexpected", message: String(error) } })}\n`;
  if (!TenfoldError.is(error)) return `error: ${error instanceof Error ? (verbose ? error.stack : error.message) : String(error)}\n`;
  const cause = verbose && error.cause instanceof Error ? `cause: ${error.cause.stack ?? error.cause.message}\n` : "";
  return `error: ${error.message}\n  ${error.remedy}\n${cause}`;
}
