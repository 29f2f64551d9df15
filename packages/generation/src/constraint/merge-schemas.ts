import { nothingFollows } from "./unusable.ts";

/** A JSON Schema as an object; what its keywords hold is looked at where they are used. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that say something to people only. */
export const annotations: ReadonlySet<string> = new Set([
  ...["description", "title", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "$anchor", "deprecated", "readOnly", "writeOnly"],
  ...["contentEncoding", "contentMediaType", "contentSchema"],
]);

/**
 * A schema that what follows it follows both. Exact for types, properties, bounds and lists of values; of other keywords that both
 * have, the first's is kept and `ignored` hears of the second's.
 */
export function mergeSchemas(one: JsonSchema, other: JsonSchema, ignored: (keyword: string) => void): JsonSchema {
  const merged: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const own = merged[keyword];
    if (own === undefined || annotations.has(keyword)) merged[keyword] = own ?? value;
    else if (keyword === "type") merged.type = commonTypes(own, value);
    else if (keyword === "required") merged.required = [...new Set([...asArray(own), ...asArray(value)])];
    else if (keyword === "minimum" || keyword === "exclusiveMinimum" || /^min[A-Z]/.test(keyword)) merged[keyword] = Math.max(Number(own), Number(value));
    else if (keyword === "maximum" || keyword === "exclusiveMaximum" || /^max[A-Z]/.test(keyword)) merged[keyword] = Math.min(Number(own), Number(value));
    else if (keyword === "enum") merged.enum = asArray(own).filter((item) => asArray(value).some((another) => isSame(item, another)));
    else if (keyword === "properties") merged.properties = mergeProperties(own as JsonSchema, value as JsonSchema);
    else if (keyword === "allOf") merged.allOf = [...asArray(own), ...asArray(value)];
    else if (keyword === "items") merged.items = { allOf: [own, value] };
    else if (keyword === "additionalProperties") merged.additionalProperties = own === false || value === false ? false : { allOf: [own, value] };
    else if (isSame(own, value)) continue;
    else if (keyword === "const") throw nothingFollows("two of its parts want different values");
    else ignored(keyword);
  }
  // A property that one of the two does not know and does not allow must not come.
  for (const [closed, open] of [
    [one, other],
    [other, one],
  ] as const) {
    if (closed.additionalProperties !== false) {
      if (closed.additionalProperties !== undefined && closed.additionalProperties !== true && open.properties !== undefined) ignored("additionalProperties");
      continue;
    }
    const known = (closed.properties ?? {}) as JsonSchema;
    merged.properties = Object.fromEntries(Object.entries((merged.properties ?? {}) as JsonSchema).filter(([name]) => Object.hasOwn(known, name)));
  }
  return merged;
}

function mergeProperties(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged = new Map(Object.entries(one));
  for (const [name, schema] of Object.entries(other)) merged.set(name, merged.has(name) ? { allOf: [merged.get(name), schema] } : schema);
  return Object.fromEntries(merged);
}

function commonTypes(one: unknown, other: unknown): string[] {
  const types = asArray(one).filter((type) => asArray(other).includes(type) || (type === "integer" && asArray(other).includes("number")));
  if (asArray(one).includes("number") && asArray(other).includes("integer") && !types.includes("integer")) types.push("integer");
  if (types.length === 0) throw nothingFollows("two of its parts want different types");
  return types as string[];
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
