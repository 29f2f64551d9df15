import { TenfoldError } from "@tenfold/catalog";

/** A schema, pattern or grammar that no answer can be held to. `what` names it: "The JSON Schema". */
export function unusable(what: string, why: string): TenfoldError {
  return new TenfoldError("unsupported-request", `${what} cannot be used: ${why}.`, {
    remedy: `Correct ${what.charAt(0).toLowerCase()}${what.slice(1)}, or leave it out.`,
  });
}

/** A schema that no value follows; as one option among others, it only goes away. */
export function nothingFollows(why: string): TenfoldError {
  const { message, remedy } = unusable("The JSON Schema", why);
  return new TenfoldError("unsupported-request", message, { remedy, details: { nothingFollows: true } });
}

export function isNothingFollows(error: unknown): boolean {
  return TenfoldError.is(error, "unsupported-request") && error.details?.nothingFollows === true;
}
