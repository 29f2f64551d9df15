import { expect, test } from "vitest";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes } from "../../../test/model-files.ts";
import { ggufFormat } from "../gguf-format.ts";
import { readGguf } from "./reader.ts";

const whole = Buffer.from(tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf"));
const gguf = await readGguf({ sizeBytes: whole.length, read: async ({ start, end }) => whole.subarray(start, end) });

/** Type numbers of GGUF metadata values. */
const [uint16, int32] = [2, 5];

function entry(key: string, type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8 + key.length + 4 + (type === uint16 ? 2 : 4));
  bytes.writeBigUInt64LE(BigInt(key.length));
  bytes.write(key, 8);
  bytes.writeUInt32LE(type, 8 + key.length);
  bytes.writeUIntLE(value, 12 + key.length, type === uint16 ? 2 : 4);
  return bytes;
}

const metadataEnd = whole.indexOf(gguf.tensors[0]?.name ?? "") - 8;

interface Stated {
  number?: number;
  count?: number;
  tensors?: number;
}

/** A part with the tensors `[from, to)`; the first has the model's own metadata. */
function part(index: number, count: number, from: number, to: number, stated: Stated = {}): Uint8Array {
  const own = gguf.tensors.slice(from, to);
  const head = Buffer.from(whole.subarray(0, 24));
  const metadata = index === 0 ? whole.subarray(24, metadataEnd) : Buffer.alloc(0);
  head.writeBigUInt64LE(BigInt(own.length), 8);
  head.writeBigUInt64LE(BigInt((index === 0 ? gguf.metadata.size : 0) + 3), 16);
  const split = [
    entry("split.no", uint16, stated.number ?? index),
    entry("split.count", uint16, stated.count ?? count),
    entry("split.tensors.count", int32, stated.tensors ?? gguf.tensors.length),
  ];
  let offset = 0;
  const [infos, data]: [Buffer[], Buffer[]] = [[], []];
  for (const tensor of own) {
    const at = whole.indexOf(tensor.name, metadataEnd) - 8;
    const info = Buffer.from(whole.subarray(at, at + 8 + tensor.name.length + 4 + 8 * tensor.shape.length + 12));
    info.writeBigUInt64LE(BigInt(offset), info.length - 8);
    infos.push(info);
    const padded = Math.ceil(tensor.sizeBytes / gguf.alignment) * gguf.alignment;
    const bytes = Buffer.alloc(padded);
    bytes.set(whole.subarray(gguf.dataOffset + tensor.offset, gguf.dataOffset + tensor.offset + tensor.sizeBytes));
    data.push(bytes);
    offset += padded;
  }
  const header = Buffer.concat([head, metadata, ...split, ...infos]);
  return Uint8Array.from(Buffer.concat([header, Buffer.alloc((gguf.alignment - (header.length % gguf.alignment)) % gguf.alignment), ...data]));
}

const total = gguf.tensors.length;
const name = (index: number, count: number) => `m-${String(index + 1).padStart(5, "0")}-of-${String(count).padStart(5, "0")}.gguf`;
const split = (bounds: readonly number[], stated: Record<number, Stated> = {}) =>
  bounds.slice(1).map((to, index) => modelFile(name(index, bounds.length - 1), part(index, bounds.length - 1, bounds[index] ?? 0, to, stated[index])));

test.each([
  ["two", [0, 10, total]],
  ["three", [0, 10, 20, total]],
  ["two, of which the first holds no tensors", [0, 0, total]],
])("accepts tenfold-tiny in %s parts", async (_, bounds) => {
  const single = await ggufFormat.validate([modelFile("m.gguf", Uint8Array.from(whole))]);
  expect(await ggufFormat.validate(split(bounds).reverse())).toEqual(single);
});

test.each([
  ["a part alone", split([0, 10, total]).slice(0, 1), "the others are not here"],
  ["parts of which one is missing", split([0, 10, 20, total]).slice(0, 2), "says that there are 3 parts"],
  ["a part that says it is another", split([0, 10, total], { 1: { number: 0 } }), "is the part 1 of 2, expected the part 2"],
  ["fewer tensors than stated", split([0, 10, total - 1]), `says ${total}`],
  ["a tensor in two parts", [...split([0, 10, total]).slice(0, 1), modelFile(name(1, 2), part(1, 2, 9, total))], "lies in two parts"],
  ["names that loaders do not look for", split([0, 10, total]).map((file, index) => ({ ...file, path: `${index}.gguf` })), "a file that ends in"],
  ["no file", [], "there are none"],
])("refuses %s", async (_, files, message) => {
  expect(await refusalOf(ggufFormat.validate(files))).toContain(message);
});

test("refuses a part that is cut off, and an empty one", async () => {
  const [first] = split([0, 10, total]);
  if (!first) throw new Error("there is no part");
  const second = part(1, 2, 10, total);
  expect(await refusalOf(ggufFormat.validate([first, modelFile(name(1, 2), second.subarray(0, second.length - 64))]))).toContain("are missing");
  expect(await refusalOf(ggufFormat.validate([first, modelFile(name(1, 2), new Uint8Array(0))]))).toContain("Invalid GGUF");
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
