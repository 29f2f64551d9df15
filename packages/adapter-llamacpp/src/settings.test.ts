import { frameworkProfileSchema, TenfoldError } from "@tenfold/catalog";
import type { Gguf } from "@tenfold/core/gguf";
import { defaultThreads } from "@tenfold/core/hardware";
import { resolveSampling } from "@tenfold/generation/loop";
import { expect, test } from "vitest";
import { fromNative } from "./errors.ts";
import { prepareSchema } from "./json-schema.ts";
import { parseFrameworkOptions } from "./options.ts";
import { llamaCppProfile } from "./profile.ts";
import { penaltiesOf, samplingDefaults, samplingWarnings } from "./sampling.ts";

const withMetadata = (entries: Record<string, unknown>) =>
  ({ metadata: new Map(Object.entries(entries).map(([key, value]) => [key, { type: "float32", value }])) }) as unknown as Gguf;

test("takes llama.cpp's options and refuses others by name", () => {
  expect(parseFrameworkOptions({ gpuLayers: "max", mmap: false, batchSize: 64 })).toEqual({ gpuLayers: "max", mmap: false, batchSize: 64 });
  expect(parseFrameworkOptions(undefined)).toEqual({});
  expect(() => parseFrameworkOptions({ gpuLayer: 3 })).toThrow("gpuLayer");
  expect(() => parseFrameworkOptions({ batchSize: 0 })).toThrow("batchSize");
  expect(() => parseFrameworkOptions({ speculation: { promptLookup: true, draftModel: "a.gguf" } })).toThrow("speculation");
  expect(() => parseFrameworkOptions({ keyCacheType: "Q2_K" })).toThrow("keyCacheType");
  expect(() => parseFrameworkOptions({ valueCacheType: "Q8_0", flashAttention: false })).toThrow("flash attention");
});

test("the profile follows the catalog's schema", () => {
  expect(frameworkProfileSchema.parse(llamaCppProfile)).toEqual(llamaCppProfile);
});

test("leaves a core free, and those that are busy", () => {
  const threads = (mathCores: number, usableCores: number, busy: number) => defaultThreads(mathCores, { usableCores, busy });
  expect(threads(8, 8, 0)).toBe(7);
  expect(threads(8, 16, 0)).toBe(7);
  expect(threads(8, 4, 0.3)).toBe(3);
  expect(threads(8, 8, 5.2)).toBe(2);
  expect(threads(2, 2, 9)).toBe(1);
  expect(threads(1, 1, 0)).toBe(1);
});

test("sampling: the request, else the file, else llama.cpp's defaults", () => {
  const defaults = samplingDefaults(withMetadata({ "general.sampling.temp": 0.2, "general.sampling.top_k": Number.NaN }));
  expect(defaults).toMatchObject({ temperature: 0.2, topK: 40 });
  expect(resolveSampling({ temperature: 0, topP: 1 }, defaults)).toMatchObject({ temperature: 0, topP: 1, minP: 0.05 });
  for (const wrong of [{ temperature: -1 }, { topP: 1.5 }, { topK: Number.NaN }, { repetitionPenalty: 0 }])
    expect(() => resolveSampling(wrong, defaults)).toThrow(/sampling\.\w+ is/);
});

test("penalties look back at 64 tokens, and are left out when they change nothing", () => {
  const settings = resolveSampling({ frequencyPenalty: 0.5 }, samplingDefaults(withMetadata({})));
  const tokens = Array.from({ length: 100 }, (_, index) => index);
  expect(penaltiesOf(settings, () => tokens)?.tokens()).toEqual(tokens.slice(36));
  expect(penaltiesOf(samplingDefaults(withMetadata({})), () => tokens)).toBeUndefined();
});

test("warns of a bias for end tokens, where it has no effect", () => {
  const endsGeneration = (token: number) => token === 2;
  const warned = (logitBias: Record<number, number>, biasesEndTokens?: boolean) =>
    samplingWarnings({ logitBias }, { endsGeneration, ...(biasesEndTokens ? { biasesEndTokens } : {}) }).map(({ setting }) => setting);
  expect(warned({ 2: 1, 3: 1 })).toEqual(["logitBias"]);
  expect(warned({ 3: 1 })).toEqual([]);
  expect(warned({ 2: 1 }, true)).toEqual([]);
  expect(samplingWarnings(undefined, { endsGeneration })).toEqual([]);
});

test("names the keywords that a grammar does not hold an answer to", () => {
  const ignored = (schema: Record<string, unknown>) => prepareSchema(schema).ignored;
  expect(ignored({ type: "object", properties: { age: { type: "integer", minimum: 0 }, mail: { type: "string", format: "email", pattern: ".@." } } })).toEqual([
    "format",
    "minimum",
    "pattern",
  ]);
  expect(ignored({ type: "array", items: { oneOf: [{ const: 1 }, { $ref: "#/$defs/word" }] }, $defs: { word: { type: "string", maxLength: 3 } } })).toEqual([]);
  expect(ignored({ type: "object", additionalProperties: { not: {} } })).toEqual(["not"]);
  expect(ignored({ type: "array", items: { $ref: "#/definitions/word" } })).toEqual(["$ref"]);
});

test("a schema without a type means anything, and an object without properties may have any", () => {
  expect(prepareSchema({}).schema).toHaveProperty("oneOf");
  expect(prepareSchema({ type: "array", items: true }).schema).toHaveProperty("items.oneOf");
  expect(prepareSchema({ type: "object" }).schema).toEqual({ type: "object", additionalProperties: true });
  expect(prepareSchema({ type: "object", properties: {} }).schema).toEqual({ type: "object", properties: {} });
});

test.each([{ enum: [] }, { type: "text" }, { type: "object", properties: { a: 5 } }, { type: "array", items: [] }])(
  "refuses %j, which is no schema that anything follows",
  (schema) => {
    expect(() => prepareSchema(schema)).toThrow("schema cannot be used");
  },
);

test.each([
  [
    Object.assign(new Error("A context size of 4096 with batch size of 512 is too large for the available VRAM"), { name: "InsufficientMemoryError" }),
    "out-of-memory",
  ],
  [new Error("Cannot find package 'node-llama-cpp' imported from here"), "framework-unavailable"],
  [Object.assign(new Error("NoBinaryFound"), { name: "NoBinaryFoundError" }), "framework-unavailable"],
  [new Error("Object is disposed"), "disposed"],
  [new Error("Failed to load model"), "load-failed"],
  [new Error("Failed to parse grammar"), "unsupported-request"],
  ["something else", "generation-failed"],
])("%s becomes %s", (native, code) => {
  const error = fromNative(native, "generation-failed", "It failed");
  expect(error.code).toBe(code);
  expect(error.framework).toBe("llama.cpp");
  expect(error.remedy).not.toBe("");
});

test("a TenfoldError stays as it is", () => {
  const error = new TenfoldError("context-overflow", "too long");
  expect(fromNative(error, "generation-failed", "It failed")).toBe(error);
});
