import { TenfoldError } from "@tenfold/catalog";

/** An `invalid-format` error that says what is wrong with a tokenizer and where in it. */
export function invalidTokenizer(message: string, where?: string, cause?: unknown): TenfoldError {
  return new TenfoldError("invalid-format", `Invalid tokenizer: ${where === undefined ? "" : `${where} `}${message}.`, {
    ...(cause === undefined ? {} : { cause }),
    ...(where === undefined ? {} : { details: { where } }),
  });
}

/** A tokenizer that may be right, but needs what Tenfold does not have. */
export function unsupportedTokenizer(message: string): TenfoldError {
  return new TenfoldError("unsupported-format", `This tokenizer cannot be used: ${message}.`, {
    remedy: "Use the tokenizer of the framework that the model was made for, or take another model.",
  });
}

/** A name from a file, short enough for a message and without control characters. */
export function shown(value: unknown): string {
  // What holds other things may hold them without end.
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
