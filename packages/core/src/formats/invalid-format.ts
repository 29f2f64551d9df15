import { TenfoldError } from "@tenfold/catalog";

/** Makes an `invalid-format` error that says what is wrong and where. */
export type Refusal = (message: string, where?: { file?: string; byte?: number; name?: string }, remedy?: string) => TenfoldError;

/** @param label the format as a person would name it: "safetensors". */
export function createRefusal(label: string): Refusal {
  return (message, where = {}, remedy) => {
    const place = [where.file === undefined ? "" : ` in ${where.file}`, where.byte === undefined ? "" : ` (at byte ${where.byte})`].join("");
    return new TenfoldError("invalid-format", `Invalid ${label}${place}: ${message}.`, { details: where, ...(remedy ? { remedy } : {}) });
  };
}

/** A name from a file, short enough for a message and without control characters. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
