import { invalidTokenizer, shown } from "./invalid-tokenizer.ts";

/** A JSON object of a tokenizer's file. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function readObject(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw invalidTokenizer(`is ${shown(value)}, expected an object`, where);
  return value;
}

export function readArray(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidTokenizer(`is ${shown(value)}, expected a list`, where);
  return value;
}

export function readString(value: unknown, where: string): string {
  if (typeof value !== "string") throw invalidTokenizer(`is ${shown(value)}, expected a text`, where);
  return value;
}

/** Absent and null both mean `fallback`. */
export function readBoolean(value: unknown, where: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "boolean") throw invalidTokenizer(`is ${shown(value)}, expected true or false`, where);
  return value;
}

export function readWhole(value: unknown, where: string, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most)
    throw invalidTokenizer(`is ${shown(value)}, expected a whole number up to ${most}`, where);
  return value;
}

export function readOptionalString(value: unknown, where: string): string | undefined {
  return value === undefined || value === null ? undefined : readString(value, where);
}

/** @throws TenfoldError `invalid-format` when the text is not JSON. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidTokenizer(`is not JSON: ${error instanceof Error ? error.message : String(error)}`, where, error);
  }
}
