import { TenfoldError } from "@tenfold/catalog";

/** A schema, pattern or grammar that no answer can be held to. `what` names it: "The JSON Schema". */
export function unusable(what: string, why: string): TenfoldError {
  return new TenfoldError("unsupported-request", `${what} cannot be used: ${why}.`, {
    remedy: `Correct ${what.charAt(0).toLowerCase()}${what.slice(1)}, or leave it out.`,
  });
}
