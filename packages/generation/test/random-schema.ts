import type { RandomNumbers } from "../src/loop/sampling/random-numbers.ts";

type Schema = Record<string, unknown>;

/** A JSON Schema of the keywords that constraints hold answers to. */
export function randomSchema(random: RandomNumbers): Schema {
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const maybe = (schema: Schema): Schema => (random() < 0.4 ? schema : {});
  const names = ["id", "name", "nam", 'na"me', "a b", "über", "x\\y", "", "items", "日"];
  const scalars = ["text", 'quo"te', "back\\slash", "line\nbreak", "", 0, -5, 1.5, true, false, null, "über"];
  const bound = () => below(400) - 200;

  function range(low: string, high: string, next: () => number): Schema {
    const one = next();
    return { ...maybe({ [low]: one }), ...maybe({ [high]: one + below(300) + 2 }) };
  }

  function schema(depth: number): Schema | boolean {
    const kind = below(depth > 3 ? 6 : 12);
    if (kind === 0) return { type: "integer", ...range(pick(["minimum", "exclusiveMinimum"]), pick(["maximum", "exclusiveMaximum"]), bound) };
    if (kind === 1) return { type: "number", ...range(pick(["minimum", "exclusiveMinimum"]), pick(["maximum", "exclusiveMaximum"]), bound) };
    if (kind === 2) return { type: "string", ...range("minLength", "maxLength", () => below(4)) };
    if (kind === 3) return { enum: Array.from({ length: 1 + below(4) }, () => pick<unknown>([...scalars, [1, "a"], { k: [null] }])) };
    if (kind === 4)
      return {
        type: "string",
        pattern: pick(["^[a-c]+$", "^a", "z$", "b.b", '^"\\\\?$', "^(?:x|yy){2,3}$", '^[^a-z"]{1,3}$', "^\\d{3}-\\w*$", "^ü+$", "^\\n?[\\x00-\\x22]$"]),
      };
    if (kind === 5) return { type: pick<unknown>(["boolean", "null", ["string", "null"], ["integer", "boolean"]]) };
    if (kind === 6) return { type: "array", items: schema(depth + 1), ...range("minItems", "maxItems", () => below(3)) };
    if (kind === 7) {
      const first = Array.from({ length: 1 + below(3) }, () => schema(depth + 1));
      return { type: "array", prefixItems: first, items: pick<unknown>([false, schema(depth + 1)]), ...maybe({ minItems: below(first.length + 1) }) };
    }
    if (kind === 8) return { anyOf: [schema(depth + 1), schema(depth + 1)] };
    if (kind === 9) return pick<Schema>([{ $ref: "#/$defs/tree" }, { $ref: "#/$defs/list" }, {}]);
    const own = names.filter(() => random() < 0.35);
    const properties = Object.fromEntries(own.map((name) => [name, schema(depth + 1)]));
    const required = own.filter(() => random() < 0.5);
    const closed: Schema = { type: "object", properties, required, ...maybe({ additionalProperties: pick<unknown>([false, schema(depth + 1)]) }) };
    if (kind === 10) return closed;
    return { ...closed, allOf: [{ properties: { extra: schema(depth + 1) }, required: ["extra"] }], additionalProperties: true };
  }

  const tree = {
    type: "object",
    properties: { value: schema(4), children: { type: "array", items: { $ref: "#/$defs/tree" }, maxItems: 2 } },
    required: ["value"],
    additionalProperties: false,
  };
  const list = { anyOf: [{ type: "null" }, { type: "object", properties: { next: { $ref: "#/$defs/list" } }, required: ["next"] }] };
  const root = schema(0);
  return { ...(root as Schema), $defs: { tree, list } };
}
