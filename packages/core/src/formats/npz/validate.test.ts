import { createRandom } from "@tenfold/tooling/soak";
import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelFiles } from "../../../test/model-files.ts";
import { type ZipMember, zipFile } from "../../../test/zip-file.ts";
import { detectFormat } from "../formats.ts";
import { validateNpz } from "./validate.ts";

function npy(header: string, dataBytes: number, version = 1): Uint8Array {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUInt16LE(header.length);
  return Uint8Array.from(
    Buffer.concat([Buffer.from("\u0093NUMPY", "latin1"), Buffer.from([version, 0]), length, Buffer.from(header), Buffer.alloc(dataBytes)]),
  );
}
const header = (type: string, shape: string) => `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }\n`;
const arrays = (more: Partial<ZipMember> = {}): ZipMember[] => [
  { name: "a.weight.npy", bytes: npy(header("<f2", "2, 3"), 12), ...more },
  { name: "b.npy", bytes: npy(header("|V2", "4,"), 8), ...(more.deflated ? { deflated: true } : {}) },
];
const validate = (bytes: Uint8Array) => validateNpz([modelFile("weights.npz", bytes)]);
const one = (text: string, dataBytes: number) => zipFile([{ name: "a.npy", bytes: npy(text, dataBytes) }]);

test("accepts tenfold-tiny", async () => {
  const files = tinyModelFiles("npz", ["weights.npz", "config.json", "tokenizer_config.json"]);
  expect((await detectFormat(files))?.format).toBe("npz");
  const metadata = await validateNpz(files);
  expect(metadata).toMatchObject({ format: "npz", architecture: "llama", quantization: "F16", contextLength: 512, layerCount: 5, vocabularySize: 1024 });
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
  expect(metadata.chatTemplate).toContain("<|im_start|>");
});

test.each([
  ["stored", zipFile(arrays())],
  ["deflated", zipFile(arrays({ deflated: true }))],
  ["with 64-bit sizes", zipFile(arrays(), { zip64: true })],
])("accepts arrays that are %s", async (_, bytes) => {
  expect(await validate(bytes)).toEqual({ format: "npz", quantization: "F16", parameterCount: 10 });
});

test("knows an npz by its content, and a header of a newer version", async () => {
  expect((await detectFormat([modelFile("weights", zipFile(arrays()))]))?.format).toBe("npz");
  expect(await validate(zipFile([{ name: "a.npy", bytes: npy(header("<f4", ""), 4, 3) }]))).toMatchObject({ parameterCount: 1 });
});

test("accepts deflated arrays that are larger than what is read of them", async () => {
  const bytes = npy(header("<f4", "25000,"), 100_000);
  const random = createRandom(5);
  for (let at = 128; at < bytes.length; at += 1) bytes[at] = random(256);
  const file = zipFile([{ name: "a.npy", bytes, deflated: true }]);
  expect(file.length).toBeGreaterThan(50_000);
  expect(await validate(file)).toMatchObject({ parameterCount: 25_000 });
});

test("names what MLX quantized", async () => {
  const members = ["weight", "scales", "biases"].map((name) => ({
    name: `l.${name}.npy`,
    bytes: npy(header(name === "weight" ? "<u4" : "<f2", "8"), name === "weight" ? 32 : 16),
  }));
  const files = [modelFile("weights.npz", zipFile(members)), modelFile("config.json", { model_type: "llama", quantization: { group_size: 64, bits: 4 } })];
  expect(await validateNpz(files)).toMatchObject({ quantization: "4-bit", parameterCount: 64 });
});

const whole = zipFile(arrays());
const patched = (signature: string, skip: number, value: number) => {
  const copy = Buffer.from(whole);
  copy.writeUInt16LE(value, copy.indexOf(signature, 0, "latin1") + skip);
  return Uint8Array.from(copy);
};

test.each([
  ["an empty file", new Uint8Array(0), "no zip directory"],
  ["a file that is cut off", whole.subarray(0, whole.length - 30), "no zip directory"],
  ["a file without its beginning", whole.subarray(10), "claims bytes"],
  ["no arrays", zipFile([]), "no arrays"],
  ["more entries than there are", patched("PK\u0005\u0006", 10, 40), "lists less"],
  ["fewer entries than there are", patched("PK\u0005\u0006", 10, 1), "longer than"],
  ["a part of several", patched("PK\u0005\u0006", 4, 1), "one part of several"],
  ["sizes of 64 bits that are not there", patched("PK\u0005\u0006", 10, 0xffff), "is missing"],
  ["a name that leads out", zipFile(arrays({ name: "../a.npy" })), "leads out"],
  ["an absolute name", zipFile(arrays({ name: "/a.npy" })), "leads out"],
  ["a name that occurs twice", zipFile(arrays({ name: "b.npy" })), "occurs twice"],
  ["two names for one file", zipFile(arrays({ ownName: "c.weight.npy" })), "calls itself"],
  ["an encrypted file", zipFile(arrays({ flags: 1 })), "encrypted"],
  ["an unknown packing", zipFile(arrays({ method: 93 })), "method 93"],
  ["files that share bytes", patched("PK\u0001\u0002", 20, 60), "two sizes"],
  ["what is no array", zipFile(arrays({ name: "a.pkl" })), "is no array"],
  ["an array without a header", zipFile([{ name: "a.npy", bytes: new Uint8Array(40) }]), "does not begin"],
  ["damaged deflate", zipFile([{ name: "a.npy", bytes: new Uint8Array(40).fill(255), method: 8 }]), "does not begin"],
  ["Python objects", one(header("|O", "1,"), 8), "can run code"],
  ["big-endian numbers", one(header(">f4", "1,"), 4), "big-endian"],
  ["an unknown type", one(header("<f16", "1,"), 16), "unknown type"],
  ["a structure", one("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4), "not the literal"],
  ["an expression", one("{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').system('x'),), }", 4), "not the literal"],
  ["a key that occurs twice", one("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", 4), "not the literal"],
  ["text behind the literal", one(`${header("<f4", "1,")} + 1`, 4), "not the literal"],
  ["lengths that overflow", one(header("<f4", "4294967296, 4294967296"), 4), "cannot be"],
  ["33 dimensions", one(header("<f4", "1,".repeat(33)), 4), "impossible shape"],
  ["a size that does not fit", one(header("<f4", "3,"), 8), "needs"],
  ["a header of 60 kB", one(`${header("<f4", "3,")}${" ".repeat(60_000)}`, 12), "a header of"],
  ["a header of the version 9", zipFile([{ name: "a.npy", bytes: npy(header("<f4", ""), 4, 9) }]), "version 9"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test("refuses an array that lies in two files", async () => {
  const files = ["a", "b"].map((name) => modelFile(`${name}.npz`, zipFile(arrays())));
  expect(await refusalOf(validateNpz(files))).toContain("in two files");
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  for (const original of [whole, zipFile(arrays(), { zip64: true })]) {
    const { accepted, refused } = await fuzz({
      original,
      structure: Array.from({ length: 24 }, (_, index) => original.length - index),
      mostReadBytes: 16 * original.length + 4096,
      validate: ({ sizeBytes, read }) => validateNpz([{ path: "weights.npz", sizeBytes, read }]),
    });
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(fuzzRounds / 4);
  }
});
