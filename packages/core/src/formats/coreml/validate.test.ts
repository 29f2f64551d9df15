import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelFiles } from "../../../test/model-files.ts";
import { type MessageField, message } from "../../../test/protobuf-message.ts";
import { detectFormat } from "../formats.ts";
import { validateMlmodel } from "./validate-mlmodel.ts";
import { validateMlpackage } from "./validate-mlpackage.ts";

const packageFiles = ["Data/com.apple.CoreML/model.mlmodel", "Data/com.apple.CoreML/weights/weight.bin", "Manifest.json"];
const feature = (name: string) => message([1, name]);
const description = (...more: MessageField[]) =>
  message([1, feature("input_ids")], [10, feature("logits")], [100, message([1, "made by hand"], [100, message([1, "k"], [2, "v"])])], ...more);
const map = (value: Uint8Array) => message([1, "main"], [2, value]);
const blob = (fileName: string, offset: number) => message([5, message([1, fileName], [2, offset])]);
const block = (...operations: Uint8Array[]) => message(...operations.map((operation): MessageField => [3, operation]));
const program = (body: Uint8Array) => message([1, 1], [2, map(message([2, "CoreML8"], [3, map(body)]))]);
const constant = (value: Uint8Array) => message([1, "const"], [5, map(value)], [2, map(message([1, message([2, value])]))]);
const weightsName = "@model_path/weights/weight.bin";
const mlmodel = (body = block(constant(blob(weightsName, 64))), ...more: MessageField[]) =>
  message([1, 9], [2, description([13, feature("keyCache")])], [502, program(body)], ...more);

function weights(sizeBytes = 32, at = 128, version = 2): Uint8Array {
  const bytes = Buffer.alloc(160);
  bytes.writeUInt32LE(version, 4);
  bytes.writeUInt32LE(0xdeadbeef, 64);
  bytes.writeBigUInt64LE(BigInt(sizeBytes), 72);
  bytes.writeBigUInt64LE(BigInt(at), 80);
  return Uint8Array.from(bytes);
}
const manifest = (more: object = {}) => ({
  fileFormatVersion: "1.0.0",
  itemInfoEntries: {
    A: { author: "com.apple.CoreML", name: "model.mlmodel", path: "com.apple.CoreML/model.mlmodel" },
    B: { author: "com.apple.CoreML", name: "weights", path: "com.apple.CoreML/weights" },
  },
  rootModelIdentifier: "A",
  ...more,
});
const bundle = ({ model = mlmodel(), content = manifest() as object | string, data = weights() } = {}) => [
  modelFile("Data/com.apple.CoreML/model.mlmodel", model),
  modelFile("Data/com.apple.CoreML/weights/weight.bin", data),
  modelFile("Manifest.json", content),
];
const single = (bytes: Uint8Array) => validateMlmodel([modelFile("model.mlmodel", bytes)]);
const network = message([1, 4], [2, description()], [500, new Uint8Array(0)]);

const packages = {
  stateful: tinyModelFiles("coreml-stateful/tenfold-tiny-stateful-f16.mlpackage", packageFiles),
  stateless: tinyModelFiles("coreml-stateless/tenfold-tiny-stateless-int8.mlpackage", packageFiles),
};

test("accepts tenfold-tiny, with a state and without", async () => {
  expect((await detectFormat(packages.stateful))?.format).toBe("mlpackage");
  expect(await validateMlpackage(packages.stateful)).toMatchObject({ details: { kind: "program", outputs: "logits", stateful: true } });
  expect(await validateMlpackage(packages.stateless)).toMatchObject({ details: { kind: "program", stateful: false } });
});

test("accepts a package and says what the model in it takes and gives", async () => {
  expect((await detectFormat(bundle()))?.format).toBe("mlpackage");
  expect(await validateMlpackage(bundle())).toEqual({
    format: "mlpackage",
    details: { specificationVersion: 9, kind: "program", inputs: "input_ids", outputs: "logits", stateful: true, description: "made by hand" },
  });
});

test("accepts a single file", async () => {
  expect((await detectFormat([modelFile("model.mlmodel", network)]))?.format).toBe("mlmodel");
  expect(await single(network)).toMatchObject({ format: "mlmodel", details: { kind: "neural-network", stateful: false } });
});

const nested = (depth: number): Uint8Array => block(message([1, "cond"], ...(depth === 0 ? [] : [[4, nested(depth - 1)] as const])));
test.each([
  ["an empty file", new Uint8Array(0), "the version 0"],
  ["a file that is cut off", network.subarray(0, 12), "more than there are"],
  ["a version from the future", message([1, 99]), "the version 99"],
  ["no kind", message([1, 4], [2, description()]), "of 0 kinds"],
  ["two kinds", message([1, 4], [2, description()], [500, ""], [502, ""]), "of 2 kinds"],
  ["no description", message([1, 4], [500, ""]), "0 descriptions"],
  ["a number where a message belongs", message([1, 4], [2, 7]), "a number stands"],
  ["values in a file that is not there", mlmodel(), "which is not in"],
  ["values out of the folder", mlmodel(block(constant(blob("@model_path/../../secret", 64)))), "no file of the model"],
  ["values at an absolute path", mlmodel(block(constant(blob("/secret", 64)))), "no file of the model"],
  ["blocks that lie deep in each other", mlmodel(nested(60)), "deep in each other"],
])("refuses %s", async (_, bytes, text) => {
  expect(await refusalOf(single(bytes))).toContain(text);
});

test.each([
  ["no manifest", bundle().slice(0, 2), "0 Manifest.json"],
  ["a manifest that is no JSON", bundle({ content: "{" }), "not JSON"],
  ["another version", bundle({ content: manifest({ fileFormatVersion: "2.0.0" }) }), 'its version is "2.0.0"'],
  ["no root", bundle({ content: manifest({ rootModelIdentifier: 1 }) }), "no root model"],
  ["a root that is not listed", bundle({ content: manifest({ rootModelIdentifier: "C" }) }), "no .mlmodel file that is listed"],
  ["an item out of the folder", bundle({ content: manifest({ itemInfoEntries: { A: { path: "../a.mlmodel" } } }) }), "no path inside"],
  ["an item that is not there", bundle({ content: manifest({ itemInfoEntries: { A: { path: "a.mlmodel" } } }) }), "is not there"],
  ["a value beyond its file", bundle({ model: mlmodel(block(constant(blob(weightsName, 150)))) }), "lies at 150"],
  ["a value that is not where it should be", bundle({ model: mlmodel(block(constant(blob(weightsName, 0)))) }), "not where it should be"],
  ["a storage of another version", bundle({ data: weights(32, 128, 7) }), "the version 7"],
  ["data beyond their file", bundle({ data: weights(2 ** 40) }), "in a file of 160 bytes"],
])("refuses a package with %s", async (_, files, text) => {
  expect(await refusalOf(validateMlpackage(files))).toContain(text);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const [, data, list] = bundle();
  if (!data || !list) throw new Error("the package is empty");
  const original = mlmodel();
  const { accepted, refused } = await fuzz({
    original,
    mostReadBytes: 2 * original.length,
    validate: ({ sizeBytes, read }) => validateMlpackage([{ path: "Data/com.apple.CoreML/model.mlmodel", sizeBytes, read }, data, list]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});

test("tenfold-tiny is accepted or refused however it is damaged", { timeout: fuzzTimeoutMs }, async () => {
  const [model, ...others] = packages.stateful;
  if (!model) throw new Error("the package is empty");
  const original = await model.read();
  const { refused } = await fuzz({
    original,
    rounds: fuzzRounds / 25,
    mostReadBytes: 4 * original.length,
    validate: ({ sizeBytes, read }) => validateMlpackage([{ ...model, sizeBytes, read }, ...others]),
  });
  expect(refused).toBeGreaterThan(0);
});
