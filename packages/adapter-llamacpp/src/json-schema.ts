import { TenfoldError } from "@tenfold/catalog";

type Schema = Record<string, unknown>;

/** Keywords that node-llama-cpp turns into grammar, or that constrain nothing. */
const enforced = new Set([
  ...["type", "properties", "required", "additionalProperties", "minProperties", "maxProperties", "items", "prefixItems", "minItems", "maxItems"],
  ...["minLength", "maxLength", "enum", "const", "oneOf", "$defs", "$ref"],
  ...["description", "title", "default", "examples", "$schema", "$id", "$comment"],
]);
const enforcedFormats = new Set(["date-time", "time", "date"]);
const types = new Set(["string", "number", "integer", "boolean", "null", "object", "array"]);

/** Any JSON value, in the words that node-llama-cpp understands. */
const anything: Schema = {
  oneOf: [{ type: ["string", "number", "boolean", "null"] }, { type: "object", additionalProperties: true }, { type: "array" }],
};

export interface PreparedSchema {
  schema: Schema;
  /** Keywords that an answer need not follow, sorted. */
  ignored: readonly string[];
}

/**
 * A JSON Schema as node-llama-cpp takes it. Left alone, it reads a schema without a type as `null` and an object without
 * properties as `{}`.
 * @throws TenfoldError `unsupported-request` for a schema that nothing follows or that is not one.
 */
export function prepareSchema(schema: Readonly<Schema>): PreparedSchema {
  const ignored = new Set<string>();
  const definitions = new Set(Object.keys((schema.$defs as Schema | undefined) ?? {}));
  return { schema: prepare(schema, definitions, ignored), ignored: [...ignored].sort() };
}

function prepare(value: unknown, definitions: ReadonlySet<string>, ignored: Set<string>): Schema {
  if (value === true) return anything;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unusable(`${JSON.stringify(value)} is not a schema`);
  const schema = value as Schema;
  for (const [keyword, given] of Object.entries(schema)) {
    if (keyword === "format" ? !enforcedFormats.has(given as string) : !enforced.has(keyword)) ignored.add(keyword);
  }
  if (typeof schema.$ref === "string" && !(schema.$ref.startsWith("#/$defs/") && definitions.has(schema.$ref.slice(8)))) {
    ignored.add("$ref");
    return anything;
  }
  if (Array.isArray(schema.enum) && schema.enum.length === 0) throw unusable("an enum is empty, so that nothing follows the schema");
  for (const type of [schema.type].flat()) if (type !== undefined && !types.has(type as string)) throw unusable(`there is no type ${JSON.stringify(type)}`);

  const inner = (one: unknown) => prepare(one, definitions, ignored);
  const each = (some: unknown) => Object.fromEntries(Object.entries(some as Schema).map(([name, one]) => [name, inner(one)]));
  const prepared: Schema = { ...schema };
  for (const keyword of ["properties", "$defs"]) if (schema[keyword]) prepared[keyword] = each(schema[keyword]);
  for (const keyword of ["oneOf", "prefixItems"]) if (Array.isArray(schema[keyword])) prepared[keyword] = (schema[keyword] as unknown[]).map(inner);
  if (schema.items !== undefined) prepared.items = inner(schema.items);
  if (typeof schema.additionalProperties === "object") prepared.additionalProperties = inner(schema.additionalProperties);
  if (schema.type === "object" && schema.properties === undefined && schema.additionalProperties === undefined) prepared.additionalProperties = true;
  return ["type", "const", "enum", "oneOf", "$ref"].some((keyword) => keyword in schema)
    ? prepared
    : { ...anything, ...(prepared.$defs ? { $defs: prepared.$defs } : {}) };
}

function unusable(why: string): TenfoldError {
  return new TenfoldError("unsupported-request", `The response format's schema cannot be used: ${why}.`, {
    framework: "llama.cpp",
    remedy: "Correct the JSON Schema of the response format.",
  });
}
