import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { flatbufferFile, list, scalar, table } from "../../../test/flatbuffer-file.ts";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { message } from "../../../test/protobuf-message.ts";
import { tfliteFile } from "../../../test/tflite-file.ts";
import { detectFormat } from "../formats.ts";
import { validateLitertLm } from "./validate.ts";

interface Part {
  type: number;
  bytes: Uint8Array;
  /** Where it claims to lie, when that is not the truth. */
  start?: number;
  end?: number;
}

const blockBytes = 1024;

function litertlm(parts: readonly Part[], { version = 1, headerEnd }: { version?: number; headerEnd?: number } = {}): Uint8Array {
  let start = blockBytes;
  const placed = parts.map((part) => {
    const own = start;
    start = Math.ceil((own + part.bytes.length + 1) / blockBytes) * blockBytes;
    return { ...part, own };
  });
  const sections = placed.map(({ type, bytes, own, start: from = own, end = own + bytes.length }) =>
    table({ 1: scalar(8, from), 2: scalar(8, end), 3: scalar(1, type) }),
  );
  const header = flatbufferFile(table({ 1: table({ 0: list(...sections) }) }));
  const last = placed.at(-1);
  const file = Buffer.alloc(last ? last.own + last.bytes.length : blockBytes);
  file.write("LITERTLM");
  file.writeUInt32LE(version, 8);
  file.writeUInt32LE(3, 12);
  file.writeBigUInt64LE(BigInt(headerEnd ?? 32 + header.length), 24);
  file.set(header, 32);
  for (const { bytes, own } of placed) file.set(bytes, own);
  return Uint8Array.from(file);
}

function tokenizer(claims = 2): Uint8Array {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(claims));
  return Uint8Array.from(Buffer.concat([size, deflateSync("{}")]));
}
const metadata = message([5, 4096], [7, "{{ messages }}"]);
const parts: Part[] = [
  { type: 5, bytes: metadata },
  { type: 6, bytes: tokenizer() },
  { type: 3, bytes: tfliteFile() },
];
const whole = litertlm(parts);
const validate = (bytes: Uint8Array) => validateLitertLm([modelFile("model.litertlm", bytes)]);

test("accepts tenfold-tiny", async () => {
  const metadata = await validateLitertLm(tinyModelFiles("litertlm", ["tenfold-tiny-f16.litertlm"]));
  expect(metadata).toMatchObject({ format: "litertlm", contextLength: 512, details: { keyValueCache: true } });
  expect(metadata.chatTemplate).toContain("<|im_start|>");
  expect(metadata.parameterCount).toBeGreaterThan(1_000_000);
});

test("accepts a file of several sections and reads how the model is prompted", async () => {
  expect((await detectFormat([modelFile("model", whole)]))?.format).toBe("litertlm");
  expect(await validate(whole)).toEqual({
    format: "litertlm",
    quantization: "F32",
    parameterCount: 4,
    contextLength: 4096,
    chatTemplate: "{{ messages }}",
    details: { signatures: "decode", keyValueCache: true },
  });
});

const model = { type: 3, bytes: tfliteFile() };
test.each([
  ["an empty file", new Uint8Array(0), "truncated"],
  ["another beginning", new Uint8Array(64), '"LITERTLM"'],
  ["a file that is cut off", whole.subarray(0, whole.length - 10), "should have"],
  ["another version", litertlm(parts, { version: 2 }), "its version is 2.3"],
  ["a header that ends nowhere", litertlm(parts, { headerEnd: 2 ** 40 }), "its header ends at"],
  ["a header that ends before it begins", litertlm(parts, { headerEnd: 8 }), "its header ends at"],
  ["no sections", litertlm([]), "no model in it"],
  ["sections that overlap", litertlm([model, { ...model, start: 1100 }]), "inside what lies before it"],
  ["a section inside the header", litertlm([{ ...model, start: 8 }]), "inside what lies before it"],
  ["a section that ends before it begins", litertlm([{ ...model, end: 1024 }]), "before it begins"],
  ["a section beyond the file", litertlm([{ ...model, end: 2 ** 41 }]), "is truncated"],
  ["a model that is none", litertlm([{ type: 3, bytes: new Uint8Array(40) }]), '"TFL3"'],
  ["metadata that are no message", litertlm([{ type: 5, bytes: Uint8Array.from([0x3a, 0x7f]) }, model]), "more than there are"],
  ["a tokenizer that claims 2 TB", litertlm([{ type: 6, bytes: tokenizer(2 ** 41) }, model]), "its tokenizer claims"],
  ["a tokenizer that is not deflated", litertlm([{ type: 6, bytes: new Uint8Array(20) }, model]), "not deflated"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const { accepted, refused } = await fuzz({
    original: whole,
    structure: [8, 12, 24, 28, ...Array.from({ length: 40 }, (_, index) => 32 + 4 * index)],
    mostReadBytes: 4 * whole.length,
    validate: ({ sizeBytes, read }) => validateLitertLm([{ path: "model.litertlm", sizeBytes, read }]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});

test("tenfold-tiny is accepted or refused however it is damaged", { timeout: fuzzTimeoutMs }, async () => {
  const original = tinyModelBytes("litertlm/tenfold-tiny-f16.litertlm");
  const { accepted, refused } = await fuzz({
    original,
    rounds: fuzzRounds / 25,
    mostReadBytes: 4 * original.length,
    validate: ({ sizeBytes, read }) => validateLitertLm([{ path: "tenfold-tiny-f16.litertlm", sizeBytes, read }]),
  });
  expect(accepted + refused).toBe(fuzzRounds / 25);
});
