import { areDisjoint } from "./disjoint-schemas.ts";
import { choice, type Expression, type Grammar, optional, rule, sequence, text, times } from "./expression.ts";
import { arrayExpression, objectExpression } from "./json-containers.ts";
import { integersWithin, numbersWithin } from "./json-numbers.ts";
import { stringExpression } from "./json-strings.ts";
import { jsonRules } from "./json-text.ts";
import { annotations, type JsonSchema, mergeSchemas } from "./merge-schemas.ts";
import { isNothingFollows, nothingFollows, unusable } from "./unusable.ts";

export type { JsonSchema } from "./merge-schemas.ts";

/** What the compilers of objects, arrays and strings need of the whole. */
export interface SchemaCompiler {
  schema(value: unknown): Expression;
  ignored(keyword: string): void;
  /** Adds a rule and returns a reference to it. */
  share(expression: Expression): Expression;
}

const maxDepth = 200;
/** Schemas looked at in all: those that are merged again and again could be without end. */
const maxSchemas = 50_000;

const keywordsOfTypes: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "minProperties", "maxProperties"]],
  ["array", ["items", "prefixItems", "minItems", "maxItems"]],
  ["string", ["pattern", "minLength", "maxLength", "format"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]],
];
const applied = new Set(["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", ...keywordsOfTypes.flatMap(([, keywords]) => keywords)]);

/**
 * The grammar of the JSON texts that follow a schema. What is written always does; what could be written is less: properties come in
 * the schema's order, none that it does not name unless it says so, few spaces, digits bounded.
 * @returns the grammar, and the keywords it does not hold answers to, sorted.
 * @throws TenfoldError `unsupported-request` for a schema that nothing follows or that is not one.
 */
export function compileJsonSchema(root: JsonSchema | boolean): { grammar: Grammar; ignored: readonly string[] } {
  const rules = new Map<string, Expression>(jsonRules);
  const ignored = new Set<string>();
  const references = new Map<string, string>();
  let shared = 0;
  let depth = 0;
  let count = 0;

  const compiler: SchemaCompiler = {
    schema,
    ignored: (keyword) => ignored.add(keyword),
    share(expression) {
      shared += 1;
      const name = `part ${shared}`;
      rules.set(name, expression);
      return rule(name);
    },
  };

  function schema(value: unknown): Expression {
    if (value === true) return rule("value");
    if (value === false) throw nothingFollows("a part of it that is needed allows nothing");
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw unusable("The JSON Schema", `${brief(value)} is not a schema`);
    depth += 1;
    count += 1;
    if (depth > maxDepth) throw unusable("The JSON Schema", `it is nested more than ${maxDepth} deep`);
    if (count > maxSchemas) throw unusable("The JSON Schema", `it has more than ${maxSchemas} parts once they are put together`);
    const expression = object(value as JsonSchema);
    depth -= 1;
    return expression;
  }

  function object(given: JsonSchema): Expression {
    if (typeof given.$ref === "string") return reference(given);
    if (Array.isArray(given.allOf)) return schema(merged(given, "allOf", given.allOf));
    for (const keyword of ["anyOf", "oneOf"] as const) {
      const options = given[keyword];
      if (!Array.isArray(options)) continue;
      if (options.length === 0) throw unusable("The JSON Schema", `${keyword} is empty`);
      if (keyword === "oneOf" && !areDisjoint(options.map((option) => target(option)))) ignored.add("oneOf");
      const { [keyword]: _, ...rest } = given;
      const bare = Object.keys(rest).every((key) => annotations.has(key));
      // What one option cannot be, another may: only where none is left, nothing follows the schema.
      return either(options.filter((option) => option !== false).map((option) => () => schema(bare ? option : merged(rest, keyword, [option]))));
    }
    for (const keyword of Object.keys(given)) if (!applied.has(keyword) && !annotations.has(keyword) && !isEmpty(keyword, given)) ignored.add(keyword);
    const types = typesOf(given);
    if ("const" in given || "enum" in given) return values(given, types);
    if (!types) return rule("value");
    return either(types.map((type) => () => ofType(type, given)));
  }

  function either(options: readonly (() => Expression)[]): Expression {
    const found: Expression[] = [];
    let failure: unknown = nothingFollows("nothing follows it");
    for (const option of options) {
      const before = depth;
      try {
        found.push(option());
      } catch (error) {
        if (!isNothingFollows(error)) throw error;
        failure = error;
        depth = before;
      }
    }
    if (found.length === 0) throw failure;
    return choice(...found);
  }

  function reference(given: JsonSchema): Expression {
    const { $ref, ...rest } = given;
    if (Object.keys(rest).some((keyword) => !annotations.has(keyword))) return schema(mergeSchemas(resolved($ref as string), rest, compiler.ignored));
    let name = references.get($ref as string);
    if (name === undefined) {
      name = `schema ${$ref as string}`;
      references.set($ref as string, name);
      const found = resolvePointer(root, $ref as string);
      // A reference breaks the nesting: it is a rule of its own.
      const before = depth;
      depth = Math.floor(depth / 2);
      rules.set(name, schema(found));
      depth = before;
    }
    return rule(name);
  }

  /** What a reference names, through references to references. */
  function resolved(pointer: string): JsonSchema {
    let found = resolvePointer(root, pointer);
    for (let step = 0; step < 32; step += 1) {
      if (typeof found !== "object" || found === null) break;
      const { $ref, ...rest } = found as JsonSchema;
      if (typeof $ref !== "string") return found as JsonSchema;
      const next = resolvePointer(root, $ref);
      found = typeof next === "object" && next !== null ? mergeSchemas(next as JsonSchema, rest, compiler.ignored) : next;
    }
    if (found === true) return {};
    throw unusable("The JSON Schema", `${brief(pointer)} refers to nothing but references, or to what allows nothing`);
  }

  function target(value: unknown): unknown {
    const $ref = typeof value === "object" && value !== null ? (value as JsonSchema).$ref : undefined;
    return typeof $ref === "string" ? resolved($ref) : value;
  }

  function merged(given: JsonSchema, keyword: string, parts: readonly unknown[]): JsonSchema {
    const { [keyword]: _, ...rest } = given;
    return parts.reduce<JsonSchema>((all, part) => {
      const found = target(part);
      if (found === true) return all;
      if (typeof found !== "object" || found === null) throw nothingFollows(`a part of ${keyword} allows nothing`);
      return mergeSchemas(all, found as JsonSchema, compiler.ignored);
    }, rest);
  }

  function values(given: JsonSchema, types: readonly string[] | undefined): Expression {
    const all = "const" in given ? [given.const] : Array.isArray(given.enum) ? given.enum : [];
    const left = types ? all.filter((value) => types.some((type) => isOfType(value, type))) : all;
    if (left.length === 0) throw nothingFollows("a list of values is empty, or none is of the type");
    for (const keyword of Object.keys(given)) if (!["const", "enum", "type"].includes(keyword) && !annotations.has(keyword)) ignored.add(keyword);
    return { type: "texts", texts: left.map((value) => JSON.stringify(value)) };
  }

  function ofType(type: string, given: JsonSchema): Expression {
    switch (type) {
      case "object":
        return compiler.share(objectExpression(given, compiler));
      case "array":
        return arrayExpression(given, compiler);
      case "string":
        return stringExpression(given, compiler);
      case "null":
        return text("null");
      case "boolean":
        return { type: "texts", texts: ["true", "false"] };
      default:
        return number(type, given);
    }
  }

  function number(type: string, { minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): Expression {
    const bounds = [minimum, exclusiveMinimum, maximum, exclusiveMaximum].filter((bound) => bound !== undefined);
    if (bounds.length === 0) return rule(type);
    const areUsable = bounds.every((bound) => typeof bound === "number" && Math.abs(bound) < 1e15 && (type === "integer" || Number.isInteger(bound)));
    if (!areUsable) {
      for (const [keyword, bound] of Object.entries({ minimum, exclusiveMinimum, maximum, exclusiveMaximum })) if (bound !== undefined) ignored.add(keyword);
      return rule(type);
    }
    const least = Math.max(Number(minimum ?? Number.NEGATIVE_INFINITY), Number(exclusiveMinimum ?? Number.NEGATIVE_INFINITY));
    const most = Math.min(Number(maximum ?? Number.POSITIVE_INFINITY), Number(exclusiveMaximum ?? Number.POSITIVE_INFINITY));
    const within = { least, most, leastExcluded: exclusiveMinimum === least, mostExcluded: exclusiveMaximum === most };
    const expression = type === "integer" ? integersWithin(within) : numbersWithin(within);
    if (!expression) throw nothingFollows("no number lies within the bounds");
    return expression;
  }

  // Models begin JSON behind their thoughts with line breaks.
  rules.set("root", sequence(times(text("\n"), 0, 2), optional(text(" ")), schema(root)));
  return { grammar: { rules, start: "root" }, ignored: [...ignored].sort() };
}

const knownTypes = new Set(["string", "number", "integer", "boolean", "null", "object", "array"]);

/** Without a type, that of the first keyword that only one type has: a model that is shown properties is to write an object. */
function typesOf(given: JsonSchema): readonly string[] | undefined {
  if (given.type === undefined) {
    const inferred = keywordsOfTypes.find(([, keywords]) => keywords.some((keyword) => given[keyword] !== undefined));
    return inferred && [inferred[0]];
  }
  const types = (Array.isArray(given.type) ? given.type : [given.type]) as unknown[];
  for (const type of types) if (!knownTypes.has(type as string)) throw unusable("The JSON Schema", `there is no type ${brief(type)}`);
  if (types.length === 0) throw unusable("The JSON Schema", "a list of types is empty");
  return types as string[];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

/** Keywords that hold nothing back at this value. */
function isEmpty(keyword: string, given: JsonSchema): boolean {
  return (keyword === "uniqueItems" && given[keyword] === false) || (keyword === "nullable" && given[keyword] === false);
}

function resolvePointer(root: unknown, pointer: string): unknown {
  if (!pointer.startsWith("#")) throw unusable("The JSON Schema", `${brief(pointer)} refers to another document`);
  let at = root;
  for (const part of pointer.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    at = typeof at === "object" && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
  }
  if (at === undefined || (pointer !== "#" && !pointer.startsWith("#/"))) throw unusable("The JSON Schema", `${brief(pointer)} refers to nothing`);
  return at;
}

function brief(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}
