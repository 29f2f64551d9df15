import { untrusted } from "./trust-refusal.ts";

/**
 * The bytes that TUF signs: OLPC canonical JSON in UTF-8. Keys are sorted, nothing but `"` and `\` is escaped, and there
 * are no fractions. Not the canonical JSON of the catalog's own documents (RFC 8785).
 * @throws TenfoldError `untrusted-catalog` for numbers that are not whole, or too large to be exact.
 */
export function canonicalMetadata(value: unknown): Uint8Array {
  return new TextEncoder().encode(write(value));
}

function write(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw untrusted("malformed", `Signed metadata hold the number ${value}, which canonical JSON cannot.`);
    return String(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  const entries = Object.entries(value as Record<string, unknown>).filter(([, item]) => item !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${write(key)}:${write(item)}`).join(",")}}`;
}
