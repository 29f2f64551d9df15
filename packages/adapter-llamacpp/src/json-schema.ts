/** Keywords that node-llama-cpp turns into grammar, or that constrain nothing. */
const enforced = new Set([
  ...["type", "properties", "required", "additionalProperties", "minProperties", "maxProperties", "items", "prefixItems", "minItems", "maxItems"],
  ...["minLength", "maxLength", "enum", "const", "oneOf", "$defs", "$ref"],
  ...["description", "title", "default", "examples", "$schema", "$id", "$comment"],
]);
const enforcedFormats = new Set(["date-time", "time", "date"]);

/** Keywords of a schema that an answer need not follow, sorted. */
export function ignoredKeywords(schema: unknown): string[] {
  const found = new Set<string>();
  visit(schema, found);
  return [...found].sort();
}

function visit(schema: unknown, found: Set<string>): void {
  if (typeof schema !== "object" || schema === null) return;
  if (Array.isArray(schema)) {
    for (const one of schema) visit(one, found);
    return;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "format" ? !enforcedFormats.has(value) : !enforced.has(keyword)) found.add(keyword);
    if (keyword === "properties" || keyword === "$defs") for (const one of Object.values(value ?? {})) visit(one, found);
    else if (["items", "prefixItems", "additionalProperties", "oneOf"].includes(keyword)) visit(value, found);
  }
}
