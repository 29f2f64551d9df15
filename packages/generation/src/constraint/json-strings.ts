import { type Expression, rule, sequence, text } from "./expression.ts";
import type { SchemaCompiler } from "./json-schema.ts";
import { stringOf, writeInString } from "./json-text.ts";
import type { JsonSchema } from "./merge-schemas.ts";
import { parseRegularExpression } from "./regular-expression.ts";
import { nothingFollows, unusable } from "./unusable.ts";

const date = "(?:20|19)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
const time = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])";
const byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/** Formats that are held; each writes a part of what the format allows. */
const formats: Readonly<Record<string, string>> = {
  date,
  time,
  "date-time": `${date}T${time}`,
  uuid: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  ipv4: `${byte}(?:\\.${byte}){3}`,
  email: "[a-z0-9]+(?:[._-][a-z0-9]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\\.[a-z]{2,10}){1,3}",
};

export function stringExpression({ pattern, format, minLength, maxLength }: JsonSchema, compiler: SchemaCompiler): Expression {
  if (typeof pattern === "string") {
    for (const [keyword, value] of Object.entries({ format, minLength, maxLength })) if (value !== undefined) compiler.ignored(keyword);
    return quoted(pattern, true);
  }
  const known = typeof format === "string" && Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (known !== undefined) {
    for (const [keyword, value] of Object.entries({ minLength, maxLength })) if (value !== undefined) compiler.ignored(keyword);
    return quoted(known, false);
  }
  if (format !== undefined) compiler.ignored("format");
  const least = lengthOf(minLength) ?? 0;
  const most = lengthOf(maxLength);
  if (most !== undefined && most < least) throw nothingFollows("a string is to be longer than it may be");
  return least === 0 && most === undefined ? rule("string") : stringOf(least, most);
}

function quoted(pattern: string, anywhere: boolean): Expression {
  return sequence(text('"'), parseRegularExpression(pattern, { anywhere, write: writeInString }), text('"'));
}

function lengthOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || (value as number) < 0) throw unusable("The JSON Schema", "a length is no whole number");
  return value as number;
}
