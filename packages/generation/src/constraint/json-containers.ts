import { choice, type Expression, many, optional, rule, sequence, text } from "./expression.ts";
import type { SchemaCompiler } from "./json-schema.ts";
import { comma, otherName, space } from "./json-text.ts";
import type { JsonSchema } from "./merge-schemas.ts";
import { nothingFollows, unusable } from "./unusable.ts";

/** Properties in the schema's order, each at most once; behind them others, if the schema says what they hold. */
export function objectExpression(given: JsonSchema, compiler: SchemaCompiler): Expression {
  const { additionalProperties, minProperties, maxProperties } = given;
  const properties = new Map(Object.entries((given.properties ?? {}) as JsonSchema));
  const required = new Set(Array.isArray(given.required) ? (given.required as string[]) : []);
  const isOpen = additionalProperties === undefined ? properties.size === 0 : additionalProperties !== false;
  for (const name of required) {
    if (properties.has(name)) continue;
    if (additionalProperties === false) throw nothingFollows(`the property ${JSON.stringify(name)} is required and not allowed`);
    properties.set(name, additionalProperties ?? true);
  }
  const all = [...properties].filter(([name, schema]) => schema !== false || required.has(name));
  if (typeof minProperties === "number" && minProperties > required.size) compiler.ignored("minProperties");
  if (typeof maxProperties === "number" && (isOpen || maxProperties < all.length)) compiler.ignored("maxProperties");

  const others = isOpen
    ? compiler.share(sequence(otherName([...properties.keys()]), text(":"), space, compiler.schema(additionalProperties ?? true)))
    : undefined;
  const members = all.map(([name, schema]) => ({
    isRequired: required.has(name),
    // A rule of its own: it is named both where it may come first and where it follows another.
    written: compiler.share(sequence(text(`${JSON.stringify(name)}:`), space, compiler.schema(schema))),
  }));
  /** What may come behind a member, from the last to the first. */
  let rest = others ? compiler.share(many(sequence(comma, others))) : text("");
  let beginning: Expression = others ? optional(sequence(others, rest)) : text("");
  for (const { isRequired, written } of members.reverse()) {
    beginning = isRequired ? sequence(written, rest) : choice(sequence(written, rest), beginning);
    rest = compiler.share(isRequired ? sequence(comma, written, rest) : choice(sequence(comma, written, rest), rest));
  }
  return sequence(text("{"), space, beginning, space, text("}"));
}

export function arrayExpression(given: JsonSchema, compiler: SchemaCompiler): Expression {
  const first = Array.isArray(given.prefixItems) ? (given.prefixItems as unknown[]) : Array.isArray(given.items) ? (given.items as unknown[]) : [];
  const items = Array.isArray(given.items) ? given.additionalItems : given.items;
  const least = countOf(given.minItems) ?? 0;
  let most = countOf(given.maxItems);
  if (items === false) most = Math.min(most ?? first.length, first.length);
  if (most !== undefined && most < least) throw nothingFollows("a list is to be longer than it may be");
  const item = most !== undefined && most <= first.length ? undefined : compiler.share(compiler.schema(items ?? true));
  const written = first.slice(0, most).map((schema) => compiler.schema(schema));

  const behind = item
    ? repeatOf(sequence(comma, item), Math.max(0, least - Math.max(1, written.length)), most === undefined ? undefined : most - Math.max(1, written.length))
    : text("");
  let rest: Expression = behind;
  for (let index = written.length - 1; index >= 1; index -= 1) {
    const whole = sequence(comma, written[index] ?? rule("value"), rest);
    rest = index >= least ? optional(whole) : whole;
  }
  const one = written[0] ?? item;
  const content = one ? sequence(one, rest) : text("");
  return sequence(text("["), space, least > 0 ? content : optional(content), space, text("]"));
}

function repeatOf(part: Expression, least: number, most: number | undefined): Expression {
  return { type: "repeat", part, least, ...(most === undefined ? {} : { most }) };
}

function countOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || (value as number) < 0) throw unusable("The JSON Schema", "a count of items is no whole number");
  return value as number;
}
