import { isSame, type JsonSchema } from "./merge-schemas.ts";

/** Whether no value follows two of the schemas, as far as their types, or the values of a property they all require, tell. */
export function areDisjoint(schemas: readonly unknown[]): boolean {
  return schemas.every((one, index) => schemas.slice(index + 1).every((other) => areApart(one, other)));
}

function areApart(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false;
  const values = [valuesOf(one), valuesOf(other)] as const;
  if (values[0] && values[1]) return !values[0].some((value) => values[1]?.some((another) => isSame(value, another)));
  const types = [typesOf(one), typesOf(other)] as const;
  if (types[0].length > 0 && types[1].length > 0 && !types[0].some((type) => types[1].includes(type))) return true;
  const required = requiredOf(one).filter((name) => requiredOf(other).includes(name));
  return required.some((name) =>
    areApart((one.properties as JsonSchema | undefined)?.[name as string], (other.properties as JsonSchema | undefined)?.[name as string]),
  );
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return "const" in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;
}

function typesOf(schema: JsonSchema): readonly unknown[] {
  return [schema.type].flat().flatMap((type) => (type === undefined ? [] : type === "number" ? ["number", "integer"] : [type]));
}

function requiredOf({ required }: JsonSchema): readonly unknown[] {
  return Array.isArray(required) ? required : [];
}
