import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes } from "../../../test/model-files.ts";
import { createGgufSplitter, partName, type StatedPart } from "../../../test/split-gguf.ts";
import { ggufFormat } from "../gguf-format.ts";

const whole = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const { gguf, part } = await createGgufSplitter(whole);
const total = gguf.tensors.length;
const split = (bounds: readonly number[], stated: Record<number, StatedPart> = {}) =>
  bounds.slice(1).map((to, index) => modelFile(partName(index, bounds.length - 1), part(index, bounds.length - 1, bounds[index] ?? 0, to, stated[index])));

test.each([
  ["two", [0, 10, total]],
  ["three", [0, 10, 20, total]],
  ["two, of which the first holds no tensors", [0, 0, total]],
])("accepts tenfold-tiny in %s parts", async (_, bounds) => {
  const single = await ggufFormat.validate([modelFile("m.gguf", whole)]);
  expect(await ggufFormat.validate(split(bounds).reverse())).toEqual(single);
});

test.each([
  ["a part alone", split([0, 10, total]).slice(0, 1), "the others are not here"],
  ["parts of which one is missing", split([0, 10, 20, total]).slice(0, 2), "says that there are 3 parts"],
  ["a part that says it is another", split([0, 10, total], { 1: { number: 0 } }), "is the part 1 of 2, expected the part 2"],
  ["fewer tensors than stated", split([0, 10, total - 1]), `says ${total}`],
  ["a tensor in two parts", [...split([0, 10, total]).slice(0, 1), modelFile(partName(1, 2), part(1, 2, 9, total))], "lies in two parts"],
  ["names that loaders do not look for", split([0, 10, total]).map((file, index) => ({ ...file, path: `${index}.gguf` })), "a file that ends in"],
  ["parts of two names", split([0, 10, total]).map((file, index) => ({ ...file, path: `${index}${file.path}` })), "expected the part 2"],
  ["no file", [], "there are none"],
])("refuses %s", async (_, files, message) => {
  expect(await refusalOf(ggufFormat.validate(files))).toContain(message);
});

test("refuses a part that is cut off, and an empty one", async () => {
  const [first] = split([0, 10, total]);
  if (!first) throw new Error("there is no part");
  const second = part(1, 2, 10, total);
  expect(await refusalOf(ggufFormat.validate([first, modelFile(partName(1, 2), second.subarray(0, second.length - 64))]))).toContain("are missing");
  expect(await refusalOf(ggufFormat.validate([first, modelFile(partName(1, 2), new Uint8Array(0))]))).toContain("Invalid GGUF");
});

test(`${fuzzRounds} damaged parts are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const [first, second] = split([0, total - 2, total]);
  if (!first || !second) throw new Error("there are no parts");
  const { refused } = await fuzz({
    original: await second.read(),
    headBytes: 320,
    mostReadBytes: 4 * second.sizeBytes + 1_000_000,
    validate: ({ sizeBytes, read }) => ggufFormat.validate([first, { path: second.path, sizeBytes, read }]),
  });
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});
