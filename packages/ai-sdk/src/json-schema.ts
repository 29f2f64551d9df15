import type { JSONSchema7 } from "@ai-sdk/provider";

const safe = Number.MAX_SAFE_INTEGER;

/**
 * A schema without the bounds that zod gives every integer, the largest safe ones: no framework's grammar holds an answer to them, and each
 * would warn of it.
 */
export function withoutSafeBounds(schema: JSONSchema7): Readonly<Record<string, unknown>> {
  return cleaned(schema) as Readonly<Record<string, unknown>>;
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const isSafeBound = (key: string, bound: unknown) => (key === "maximum" && bound === safe) || (key === "minimum" && bound === -safe);
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (isSafeBound(key, part) ? [] : [[key, cleaned(part)]])));
}
