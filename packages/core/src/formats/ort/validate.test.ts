import { expect, test } from "vitest";
import { type FlatValue, flatbufferFile, list, numbers, scalar, table, text } from "../../../test/flatbuffer-file.ts";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { detectFormat } from "../formats.ts";
import { validateOrt } from "./validate.ts";

type Fields = Record<number, FlatValue>;
const weight = (shape: number[], bytes: number, type = 1, more: Fields = {}) =>
  table({ 0: text("w"), 2: numbers(8, shape), 3: scalar(4, type), 4: numbers(1, new Array<number>(bytes).fill(0)), ...more });
const node = (more: Fields = {}) => table({ 2: text(""), 4: scalar(4, 0), 5: text("Add"), 8: list(text("x"), text("w")), 9: list(text("y")), ...more });
const graph = (more: Fields = {}): FlatValue =>
  table({
    0: list(weight([4], 16)),
    1: list(...["x", "w", "y"].map((name) => table({ 0: text(name) }))),
    2: list(node()),
    3: scalar(4, 1),
    4: list(table({ 0: scalar(4, 0) })),
    5: list(text("x")),
    6: list(text("y")),
    ...more,
  });
const ort = (body: FlatValue | undefined, version = "6", identifier = "ORTM") =>
  filledUp(
    flatbufferFile(
      table({ 0: text(version), 1: table({ 0: scalar(8, 9), 1: list(table({ 0: text(""), 1: scalar(8, 18) })), ...(body ? { 7: body } : {}) }) }),
      identifier,
    ),
  );
/** To a multiple of 8 bytes, as whoever writes 64-bit numbers does. */
function filledUp(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  whole.set(bytes);
  return whole;
}
const whole = ort(graph());
const validate = (bytes: Uint8Array) => validateOrt([modelFile("model.ort", bytes)]);

test("accepts tenfold-tiny", async () => {
  const files = tinyModelFiles("ort", ["model.ort"]);
  expect((await detectFormat(files))?.format).toBe("ort");
  const metadata = await validateOrt(files);
  expect(metadata).toMatchObject({ format: "ort", quantization: "F32", details: { opset: 18, keyValueCache: true } });
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
});

test("refuses a model whose last byte is missing, though nothing stands in it", async () => {
  expect(await refusalOf(validate(tinyModelBytes("ort/model.ort").slice(0, -1)))).toContain("its end is missing");
});

test("knows a model by its content", async () => {
  expect((await detectFormat([modelFile("model", whole)]))?.format).toBe("ort");
  expect(await validate(whole)).toEqual({ format: "ort", quantization: "F32", parameterCount: 4, details: { opset: 18, keyValueCache: false } });
});

test("names the bits of packed weights", async () => {
  const packed = node({ 10: list(table({ 0: text("bits"), 2: scalar(4, 2), 4: scalar(8, 4) })) });
  expect((await validate(ort(graph({ 2: list(packed) })))).quantization).toBe("4-bit");
});

const nested = (depth: number): FlatValue => graph(depth === 0 ? {} : { 2: list(node({ 10: list(table({ 7: nested(depth - 1) })) })) });
test.each([
  ["an empty file", new Uint8Array(0), "truncated"],
  ["a file that is cut off", whole.subarray(0, 200), "Invalid ORT model"],
  ["another identifier", ort(graph(), "6", "ABCD"), '"ORTM"'],
  ["another version", ort(graph(), "99"), 'its version is "99"'],
  ["no graph", ort(undefined), "no graph"],
  ["a weight that is too small", ort(graph({ 0: list(weight([4], 12)) })), "needs 16 bytes"],
  ["a weight of an unknown type", ort(graph({ 0: list(weight([4], 16, 88)) })), "unknown type 88"],
  ["a negative length", ort(graph({ 0: list(weight([-4], 16)) })), "impossible shape"],
  ["lengths that overflow", ort(graph({ 0: list(weight([2 ** 40, 2 ** 40], 16)) })), "cannot be"],
  ["a weight in another file", ort(graph({ 0: list(weight([4], 16, 1, { 6: scalar(8, 0) })) })), "another file"],
  ["a node beyond the nodes", ort(graph({ 2: list(node({ 4: scalar(4, 7) })) })), "the number 7 of 1"],
  ["a node without an operator", ort(graph({ 2: list(table({})) })), "names no operator"],
  ["a node that uses what is not there", ort(graph({ 2: list(node({ 8: list(text("z")) })) })), 'uses "z"'],
  ["edges of no node", ort(graph({ 4: list(table({ 0: scalar(4, 5) })) })), "the node 5 of 1"],
  ["an edge to no node", ort(graph({ 4: list(table({ 0: scalar(4, 0), 1: numbers(4, [1]) })) })), "Invalid ORT model"],
  ["an input that is not described", ort(graph({ 5: list(text("z")) })), 'output "z" is not described'],
  ["graphs that lie deep in each other", ort(nested(20)), "deep in each other"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const { accepted, refused } = await fuzz({
    original: whole,
    mostReadBytes: 4 * whole.length,
    validate: ({ sizeBytes, read }) => validateOrt([{ path: "model.ort", sizeBytes, read }]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});

test("tenfold-tiny is accepted or refused however it is damaged", { timeout: fuzzTimeoutMs }, async () => {
  const original = tinyModelBytes("ort/model.ort");
  const { accepted, refused } = await fuzz({
    original,
    rounds: fuzzRounds / 25,
    mostReadBytes: 4 * original.length,
    validate: ({ sizeBytes, read }) => validateOrt([{ path: "model.ort", sizeBytes, read }]),
  });
  expect(accepted + refused).toBe(fuzzRounds / 25);
});
