import { TenfoldError } from "@tenfold/catalog";

/** What is wrong and where, as an `invalid-format` error. */
export function invalidGguf(message: string, where: { byte?: number; key?: string; tensor?: string } = {}, remedy?: string): TenfoldError {
  const place = where.byte === undefined ? "" : ` (at byte ${where.byte})`;
  return new TenfoldError("invalid-format", `Invalid GGUF: ${message}${place}.`, { details: where, ...(remedy ? { remedy } : {}) });
}

/** A name from the file, short enough for a message and without control characters. */
export function shown(name: string): string {
  const text = name.length > 80 ? `${name.slice(0, 77)}...` : name;
  return JSON.stringify(text);
}
