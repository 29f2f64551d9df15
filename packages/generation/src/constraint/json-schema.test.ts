import { fullTests } from "@tenfold/tooling/requirement";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { createPieceVocabulary } from "../../test/piece-vocabulary.ts";
import { randomAnswer } from "../../test/random-answer.ts";
import { randomSchema } from "../../test/random-schema.ts";
import { createRandomNumbers } from "../loop/sampling/random-numbers.ts";
import { createConstraintCompiler } from "./create-constraint-compiler.ts";
import type { JsonSchema } from "./merge-schemas.ts";

const vocabulary = createPieceVocabulary();
const { compile } = createConstraintCompiler({ vocabulary, endTokens: [vocabulary.endToken] });
const ajv = new Ajv2020({ strict: false, allErrors: true });

/** Whether a text may be the whole answer. */
function allows(schema: JsonSchema | boolean, text: string): boolean {
  const matcher = compile({ type: "json", schema }).start();
  try {
    for (const byte of new TextEncoder().encode(text)) matcher.accept(byte);
  } catch {
    return false;
  }
  const mask = matcher.mask();
  return ((mask?.[vocabulary.endToken >> 5] ?? 0) >>> (vocabulary.endToken & 31)) % 2 === 1;
}

const ignoredBy = (schema: JsonSchema) =>
  compile({ type: "json", schema })
    .warnings.map(({ message }) => message)
    .join();

describe("random answers of random tokens", () => {
  const rounds = fullTests ? 3000 : 300;
  it(`follow their schema, each of ${rounds * 10} for ${rounds} random schemas`, { timeout: 600_000 }, () => {
    let ended = 0;
    let refused = 0;
    for (let seed = 0; seed < rounds; seed += 1) {
      const random = createRandomNumbers(seed);
      const schema = randomSchema(random);
      let constraint: ReturnType<typeof compile>;
      try {
        constraint = compile({ type: "json", schema });
      } catch (error) {
        expect(error).toMatchObject({ code: "unsupported-request" });
        refused += 1;
        continue;
      }
      expect(constraint.warnings).toEqual([]);
      const validate = ajv.compile(schema);
      for (let round = 0; round < 10; round += 1) {
        const answer = randomAnswer(constraint, vocabulary, random);
        if (answer === undefined) continue;
        ended += 1;
        if (!validate(JSON.parse(answer))) expect.fail(`seed ${seed}: ${answer} does not follow ${JSON.stringify(schema)}: ${ajv.errorsText(validate.errors)}`);
      }
    }
    expect(refused).toBeLessThan(rounds / 20);
    expect(ended).toBeGreaterThan(rounds * 8);
  });
});

describe("an answer of a schema", () => {
  it.each<[JsonSchema | boolean, readonly string[], readonly string[]]>([
    [
      true,
      ["{}", "[1,2]", '"a"', '{"a": {"b": [null, true]}}', "\n\n{}", '{\n  "a": 1\n}'],
      ["", "{", "[1,]", "01", "1e999", "{}}", '"\n"', '"\\ud800"', '"\\u[000"'],
    ],
    [
      { type: "object", properties: { a: { type: "integer" }, b: {} }, required: ["b"] },
      ['{"a":1,"b":2}', '{"b": "x"}'],
      ['{"a":1}', '{"b":1,"a":1}', '{"b":1,"c":1}', '{"b":1,"b":1}', '{"a":1.5,"b":1}', '{,"b":1}', '{"a":1"b":1}'],
    ],
    [
      { properties: { a: {} }, additionalProperties: { type: "null" } },
      ['{"a":1,"b":null}', '{"b":null,"c":null}', '{"ab":null}', '{"":null}', "{}"],
      ['{"b":1}', '{"a":1,"a":null}', '{"\\u0061":null}'],
    ],
    [{ type: "integer", minimum: 5, maximum: 123 }, ["5", "9", "10", "99", "100", "123"], ["4", "124", "0", "-5", "05", "1230", "5.0"]],
    [{ type: "integer", exclusiveMinimum: -12, maximum: 3 }, ["-11", "-1", "0", "3"], ["-12", "4", "-0", "-20"]],
    [{ type: "number", minimum: 0, maximum: 1 }, ["0", "1", "0.5", "0.999"], ["1.0001", "1.5", "-0.5", "2"]],
    [{ type: "number", exclusiveMinimum: 0 }, ["0.5", "1", "17.25"], ["0", "0.0", "-1"]],
    [{ type: "string", minLength: 2, maxLength: 3 }, ['"ab"', '"日本語"', '"\\n\\""', '"😀😀"'], ['"a"', '"abcd"', '""']],
    [{ type: "string", pattern: "b+" }, ['"b"', '"abba"'], ['"a"', '""']],
    [{ type: "string", format: "date" }, ['"2024-02-28"'], ['"2024-02-30"', '"2024-13-01"', '"today"']],
    [{ enum: ["a", 1, null, { b: [1] }] }, ['"a"', "1", "null", '{"b":[1]}'], ['"b"', "2", "{}"]],
    [{ type: "string", enum: ["a", 1] }, ['"a"'], ["1"]],
    [{ const: "x" }, ['"x"'], ['"y"']],
    [{ type: "array", prefixItems: [{ const: 1 }, { const: 2 }], items: false, minItems: 1 }, ["[1]", "[1,2]", "[1, 2]"], ["[]", "[2]", "[1,2,3]", "[1,1]"]],
    [{ type: "array", items: { type: "integer" }, minItems: 2, maxItems: 3 }, ["[1,2]", "[1,2,3]"], ["[1]", "[1,2,3,4]", "[]"]],
    [{ type: "array", maxItems: 0 }, ["[]"], ["[1]"]],
    [{ $ref: "#/$defs/n", $defs: { n: { anyOf: [{ const: 0 }, { type: "array", items: { $ref: "#/$defs/n" } }] } } }, ["0", "[0,[0,[]]]"], ["[1]"]],
    [{ allOf: [{ type: ["integer", "string"] }, { type: ["number", "null"], minimum: 3 }] }, ["3"], ["2", '"a"', "null", "3.5"]],
    [
      { type: "object", properties: { a: {} }, anyOf: [{ required: ["a"] }, { properties: { b: { const: 1 } }, required: ["b"] }] },
      ['{"a":0}', '{"b":1}'],
      ["{}", '{"b":2}'],
    ],
  ])("%j is one of what follows it", (schema, allowed, refused) => {
    for (const text of allowed) expect([text, allows(schema, text)]).toEqual([text, true]);
    for (const text of refused) expect([text, allows(schema, text)]).toEqual([text, false]);
  });

  it("cannot go on with spaces for ever", () => {
    expect(allows(true, `{${" ".repeat(200)}}`)).toBe(false);
  });
});

describe("a schema", () => {
  it("says by name what answers are not held to", () => {
    expect(ignoredBy({ type: "object", patternProperties: {}, properties: { a: { type: "integer", multipleOf: 3 } } })).toContain(
      "multipleOf, patternProperties",
    );
    expect(ignoredBy({ type: "number", minimum: 0.5 })).toContain("minimum");
    expect(ignoredBy({ type: "string", pattern: "a", maxLength: 3 })).toContain("maxLength");
    expect(ignoredBy({ type: "string", format: "iri" })).toContain("format");
    expect(ignoredBy({ oneOf: [{ type: "object" }, { type: "object" }] })).toContain("oneOf");
    expect(ignoredBy({ oneOf: [{ type: "object" }, { type: "null" }], description: "fine", uniqueItems: false })).toBe("");
    expect(ignoredBy({ oneOf: ["a", "b"].map((kind) => ({ type: "object", properties: { kind: { const: kind } }, required: ["kind"] })) })).toBe("");
  });

  it.each<[string, unknown]>([
    ["that is none", 3],
    ["with a type that is none", { type: "text" }],
    ["with an empty list of values", { enum: [] }],
    ["that nothing follows", { type: "object", properties: { a: false }, required: ["a"] }],
    ["whose bounds cross", { type: "integer", minimum: 3, maximum: 2 }],
    ["whose parts contradict each other", { allOf: [{ type: "string" }, { type: "null" }] }],
    ["that refers to nothing", { $ref: "#/$defs/none" }],
    ["that refers to another document", { $ref: "https://example.com/schema.json" }],
    ["that is only a reference to itself", { $ref: "#" }],
    ["of references in a circle", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }],
    ["that contains itself before anything else", { anyOf: [{ $ref: "#" }, { type: "null" }] }],
    ["with an endless merge", { allOf: [{ $ref: "#" }], type: "object" }],
    ["with a pattern that looks ahead", { type: "string", pattern: "^(?=a)b$" }],
    ["with too large a count", { type: "string", pattern: "(?:a{1000}){1000}" }],
  ])("%s is refused with the reason", (_what, schema) => {
    expect(() => compile({ type: "json", schema: schema as JsonSchema })).toThrow(expect.objectContaining({ code: "unsupported-request" }));
  });

  it("loses options that nothing follows, and is refused for one that cannot be held", () => {
    const options = (option: JsonSchema): JsonSchema => ({ type: "string", anyOf: [option, { const: "a" }] });
    expect(allows(options({ type: "null" }), '"a"')).toBe(true);
    expect(allows(options({ minLength: 3, maxLength: 2 }), '"a"')).toBe(true);
    expect(() => compile({ type: "json", schema: options({ pattern: "(?=a)" }) })).toThrow("looking around");
  });

  it("nested a thousand deep is refused, and one with twenty thousand values is not", () => {
    let deep: JsonSchema = {};
    for (let level = 0; level < 1000; level += 1) deep = { type: "array", items: deep };
    expect(() => compile({ type: "json", schema: deep })).toThrow("nested");
    const many = { enum: Array.from({ length: 20_000 }, (_, index) => `value ${index}`) };
    expect([allows(many, '"value 19999"'), allows(many, '"value 20000"')]).toEqual([true, false]);
  });

  it("that branches without end is refused within bounds", () => {
    const branching = (level: number): JsonSchema => ({
      allOf: [{ anyOf: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }] }],
      anyOf: [{ title: "a" }, { title: "b" }],
    });
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, level) => [`l${level}`, level === 39 ? { type: "null" } : branching(level)]));
    expect(() => compile({ type: "json", schema: { $ref: "#/$defs/l0", $defs } })).not.toThrow(RangeError);
  });
});
