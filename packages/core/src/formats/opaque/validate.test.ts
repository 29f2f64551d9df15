import { createRandom } from "@tenfold/tooling/soak";
import { expect, test } from "vitest";
import { fuzzRounds } from "../../../test/fuzz.ts";
import { modelFile, refusalOf } from "../../../test/model-files.ts";
import { detectFormat } from "../formats.ts";
import { validateMlmodelc, validatePllm } from "./validate.ts";

const compiled = ["m.mlmodelc/coremldata.bin", "m.mlmodelc/model.mil", "m.mlmodelc/weights/weight.bin"].map((path) =>
  modelFile(path, new Uint8Array(8).fill(1)),
);
const pllm = (bytes: Uint8Array) => [modelFile("model.pllm", bytes)];
const plausible = new Uint8Array(2048).map((_, index) => index);

test("accepts what it can say little about, and says so", async () => {
  expect((await detectFormat(compiled))?.format).toBe("mlmodelc");
  expect(await validateMlmodelc(compiled)).toEqual({ format: "mlmodelc", validation: "opaque" });
  // Its tokenizer stands beside the folder.
  expect(await validateMlmodelc([modelFile("tokenizer.json", "{}"), ...compiled])).toEqual({ format: "mlmodelc", validation: "opaque" });
  expect((await detectFormat(pllm(plausible)))?.format).toBe("pllm");
  expect(await validatePllm(pllm(plausible))).toEqual({ format: "pllm", validation: "opaque" });
});

test("refuses folders that are no compiled models", async () => {
  expect(await refusalOf(validateMlmodelc([]))).toContain("no coremldata.bin");
  expect(await refusalOf(validateMlmodelc(compiled.slice(0, 1)))).toContain("no model beside");
  expect(await refusalOf(validateMlmodelc([...compiled, modelFile("other.bin", plausible)]))).toContain("outside");
  expect(await refusalOf(validateMlmodelc([...compiled, modelFile("m.mlmodelc/empty.bin", "")]))).toContain("empty");
  const huge = modelFile("m.mlmodelc/huge.bin", "x");
  expect(await refusalOf(validateMlmodelc([...compiled, { ...huge, sizeBytes: 2 ** 40 }]))).toContain("is the most");
  const many = Array.from({ length: 5000 }, (_, index) => modelFile(`m.mlmodelc/${index}`, "x"));
  expect(await refusalOf(validateMlmodelc([...compiled, ...many]))).toContain("5003 files");
});

test.each([
  ["an empty file", new Uint8Array(0), "too few"],
  ["a few bytes", new Uint8Array(100), "too few"],
  ["a page that says that there is nothing", new Uint8Array(2000).fill(0x20), "it is text"],
  ["zeros", new Uint8Array(2000), "zeros"],
])("refuses %s as a picoLLM model", async (_, bytes, message) => {
  expect(await refusalOf(validatePllm(pllm(bytes)))).toContain(message);
});

test("refuses two picoLLM models, and one that is larger than any", async () => {
  const [file] = pllm(plausible);
  if (!file) throw new Error("there is no file");
  expect(await refusalOf(validatePllm([file, file]))).toContain("there are 2");
  expect(await refusalOf(validatePllm([{ ...file, sizeBytes: 2 ** 40 }]))).toContain("is the most");
});

test(`${fuzzRounds} files of noise are accepted or refused, never more`, async () => {
  const random = createRandom(3);
  for (let round = 0; round < fuzzRounds; round += 1) {
    const bytes = new Uint8Array(random(1536)).map(() => random(256));
    const outcome = await validatePllm(pllm(bytes)).then(
      (metadata) => metadata.validation,
      (error: { code?: string }) => error.code,
    );
    expect(["opaque", "invalid-format"]).toContain(outcome);
  }
});
