import { expect, test } from "vitest";
import { list, numbers, scalar, table, text } from "../../../test/flatbuffer-file.ts";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { entry, operator, tensor, tfliteFile } from "../../../test/tflite-file.ts";
import { detectFormat } from "../formats.ts";
import { createRefusal } from "../invalid-format.ts";
import { readTflite } from "./reader.ts";
import { validateTflite } from "./validate.ts";

const whole = tfliteFile();
const validate = (bytes: Uint8Array) => validateTflite([modelFile("model.tflite", bytes)]);

test.each([
  ["f16", "F16"],
  ["int8", "8-bit"],
])("accepts tenfold-tiny in %s", async (name, quantization) => {
  const metadata = await validateTflite(tinyModelFiles("tflite", [`tenfold-tiny-${name}.tflite`]));
  expect(metadata).toMatchObject({ quantization, details: { keyValueCache: true } });
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
  expect(metadata.details?.signatures).toContain("decode");
});

test("reads signatures with names, types and shapes", async () => {
  const model = await readTflite(modelFile("model.tflite", whole), createRefusal("TensorFlow Lite model"));
  expect(model).toMatchObject({ description: "made by hand", subgraphs: 1 });
  expect(model.signatures).toEqual([
    { name: "decode", inputs: [{ name: "kv_cache_k_0", type: "F32", shape: [1, 4] }], outputs: [{ name: "logits", type: "F32", shape: [1, 4] }] },
  ]);
  expect(await validate(whole)).toEqual({ format: "tflite", quantization: "F32", parameterCount: 4, details: { signatures: "decode", keyValueCache: true } });
});

test("knows a model by its content, and one whose lengths are open", async () => {
  expect((await detectFormat([modelFile("model.bin", whole)]))?.format).toBe("tflite");
  const open = tfliteFile({ tensors: [tensor("x", [1, 4], 0, 0, { 7: numbers(4, [-1, 4]) }), tensor("w", [4], 1), tensor("y", [1, 4])] });
  const model = await readTflite(modelFile("model.tflite", open), createRefusal("TensorFlow Lite model"));
  expect(model.signatures[0]?.inputs[0]?.shape).toEqual([-1, 4]);
});

test("accepts data that lie behind the flatbuffer, and four bits of each weight", async () => {
  const tensors = [tensor("x", [1, 4]), tensor("w", [5], 1, 17), tensor("y", [1, 4])];
  const behind = tfliteFile({ tensors, buffers: [table({}), table({ 1: scalar(8, 800), 2: scalar(8, 3) })] });
  expect(behind.length).toBeLessThan(800);
  const file = Uint8Array.from([...behind, ...new Array<number>(803 - behind.length).fill(0)]);
  expect(await validate(file)).toMatchObject({ quantization: "4-bit", parameterCount: 5 });
  expect(await refusalOf(validate(file.subarray(0, 802)))).toContain("ends at 803");
});

const patched = (at: number, value: number) => {
  const copy = Buffer.from(whole);
  copy.writeUInt32LE(value, at);
  return Uint8Array.from(copy);
};
const rootAt = Buffer.from(whole).readUInt32LE(0);

test.each([
  ["an empty file", new Uint8Array(0), "truncated"],
  ["nothing but the identifier", Uint8Array.from([0x18, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33]), "lies outside"],
  ["another identifier", tfliteFile({ identifier: "TFL2" }), '"TFL3"'],
  ["a root that lies nowhere", patched(0, 0xffffff00), "lies outside"],
  ["a root at 0", patched(0, 0), "is 0"],
  ["a root between", patched(0, rootAt + 1), "multiple of 4"],
  ["a layout that lies nowhere", patched(rootAt, 0x7fffffff), "lies outside"],
  ["a file that is cut off", whole.subarray(0, whole.length - 120), "Invalid TensorFlow Lite model"],
  ["another version", tfliteFile({ version: 4 }), "its version is 4"],
  ["no subgraph", tfliteFile({ more: { 2: list() } }), "no subgraph"],
  ["no buffers", tfliteFile({ buffers: [], more: { 2: list() } }), "no buffers"],
  ["an unknown type", tfliteFile({ tensors: [tensor("x", [1], 0, 99)] }), "unknown type 99"],
  ["a negative length", tfliteFile({ tensors: [tensor("x", [-2])] }), "impossible shape"],
  ["a buffer that is not there", tfliteFile({ tensors: [tensor("x", [1], 7)] }), "the buffer 7 of 2"],
  ["a buffer that is too small", tfliteFile({ tensors: [tensor("w", [5], 1)] }), "needs 20 bytes"],
  ["an input that is not there", tfliteFile({ inputs: [3] }), "an input is the tensor 3 of 3"],
  ["an operator's input that is not there", tfliteFile({ operators: [operator([0, 9], [2])] }), "the tensor 9 of 3"],
  ["an operator's output that is left out", tfliteFile({ operators: [operator([0, 1], [-1])] }), "the tensor -1 of 3"],
  ["an operator of an unknown kind", tfliteFile({ operators: [operator([0, -1], [2], 5)] }), "the kind 5 of 1"],
  ["an operator's options beyond the file", tfliteFile({ operators: [operator([0, 1], [2], 0, { 9: scalar(8, 5000), 10: scalar(8, 9) })] }), "reach beyond"],
  ["a signature of no subgraph", tfliteFile({ signature: table({ 2: text("decode"), 4: scalar(4, 3) }) }), "the subgraph 3 of 1"],
  ["a signature of no tensor", tfliteFile({ signature: table({ 0: list(entry("x", 8)), 2: text("decode") }) }), "the tensor 8 of 3"],
  ["metadata in no buffer", tfliteFile({ more: { 6: list(entry("m", 9)) } }), "the buffer 9 of 2"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test("refuses a text that claims more than there is", async () => {
  expect(await refusalOf(validate(patched(Buffer.from(whole).indexOf("made by hand") - 4, 0xffffffff)))).toContain("more than there are");
});

test("counts tables, so that many offsets to one place end early", async () => {
  const count = 600_000;
  const file = Buffer.from(tfliteFile());
  const small = Buffer.concat([file, Buffer.alloc(-file.length & 3)]);
  const bytes = Buffer.alloc(small.length + 4 + 4 * count + 12);
  bytes.set(small);
  // The list of buffers moves behind the rest, and each of its offsets leads to one empty table at the end.
  const root = small.readUInt32LE(0);
  const slot = root + small.readUInt16LE(root - small.readInt32LE(root) + 4 + 2 * 4);
  bytes.writeUInt32LE(small.length - slot, slot);
  bytes.writeUInt32LE(count, small.length);
  const empty = bytes.length - 4;
  for (let at = small.length + 4; at < empty - 8; at += 4) bytes.writeUInt32LE(empty - at, at);
  bytes.writeUInt16LE(4, empty - 4);
  bytes.writeUInt16LE(4, empty - 2);
  bytes.writeInt32LE(4, empty);
  expect(await refusalOf(validate(Uint8Array.from(bytes)))).toMatch(/tables and lists/);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const { accepted, refused } = await fuzz({
    original: whole,
    mostReadBytes: 4 * whole.length,
    validate: ({ sizeBytes, read }) => validateTflite([{ path: "model.tflite", sizeBytes, read }]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});

test("tenfold-tiny is accepted or refused however it is damaged", { timeout: fuzzTimeoutMs }, async () => {
  const original = tinyModelBytes("tflite/tenfold-tiny-int8.tflite");
  const { accepted, refused } = await fuzz({
    original,
    rounds: fuzzRounds / 25,
    mostReadBytes: 4 * original.length,
    validate: ({ sizeBytes, read }) => validateTflite([{ path: "tenfold-tiny-int8.tflite", sizeBytes, read }]),
  });
  expect(accepted + refused).toBe(fuzzRounds / 25);
});
