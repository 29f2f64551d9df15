import { TenfoldError } from "@tenfold/catalog";
import { expect, test } from "vitest";
import type { ByteSource } from "./byte-source.ts";
import { readGguf } from "./reader.ts";

function bytesOf(...parts: (string | number[] | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
}
const u32 = (value: number) => [...new Uint8Array(new Uint32Array([value]).buffer)];
const u64 = (value: number | bigint) => [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)];
const text = (value: string | Uint8Array) => bytesOf(u64(Buffer.from(value as string).length), value);
const head = (tensors: number | bigint, entries: number | bigint, version = 3) => bytesOf("GGUF", u32(version), u64(tensors), u64(entries));

/** A source that counts what is read from it. */
function sourceOf(bytes: Uint8Array, sizeBytes = bytes.length): ByteSource & { readBytes: number } {
  return {
    sizeBytes,
    readBytes: 0,
    async read({ start, end }) {
      const part = bytes.slice(start, end);
      this.readBytes += part.length;
      return part;
    },
  };
}
const read = (...parts: (string | number[] | Uint8Array)[]) => readGguf(sourceOf(bytesOf(...parts)));

test("reads every type of scalar", async () => {
  const gguf = await read(
    head(0, 9),
    ...[text("a"), u32(0), [200]],
    ...[text("b"), u32(1), [200]],
    ...[text("c"), u32(3), [0xff, 0xff]],
    ...[text("d"), u32(6), [...new Uint8Array(new Float32Array([1.5]).buffer)]],
    ...[text("e"), u32(7), [1]],
    ...[text("f"), u32(8), text("naïve")],
    ...[text("g"), u32(10), u64(7)],
    ...[text("h"), u32(10), u64(2n ** 60n)],
    ...[text("i"), u32(12), [...new Uint8Array(new Float64Array([2.25]).buffer)]],
  );
  expect([...gguf.metadata.values()].map(({ value }) => value)).toEqual([200, -56, -1, 1.5, true, "naïve", 7, 2n ** 60n, 2.25]);
  expect(gguf.number("a")).toBe(200);
  expect(gguf.boolean("e")).toBe(true);
  expect(gguf.string("f")).toBe("naïve");
  expect(gguf.string("nothing")).toBeUndefined();
  expect(() => gguf.string("a")).toThrow('"a" is of type uint8, expected a string');
  expect(() => gguf.number("h")).toThrow("beyond 2^53");
});

test("steps over arrays and decodes them when asked", async () => {
  const gguf = await read(
    head(0, 3),
    text("words"),
    u32(9),
    u32(8),
    u64(2),
    text("one"),
    text(Uint8Array.of(0xff, 0x41)),
    text("numbers"),
    u32(9),
    u32(5),
    u64(2),
    u32(7),
    u32(0xffffffff),
    text("end"),
    u32(0),
    [9],
  );
  expect(gguf.arrayInfo("words")).toMatchObject({ elementType: "string", length: 2 });
  expect(await gguf.array("words")).toEqual(["one", "�A"]);
  expect(await gguf.array("words", { encoding: "latin1" })).toEqual(["one", "\u00ffA"]);
  expect(await gguf.array("numbers")).toEqual([7, -1]);
  expect(await gguf.array("nothing")).toBeUndefined();
  expect(gguf.number("end")).toBe(9);
});

test("reads version 1, whose lengths have 32 bits", async () => {
  const short = (value: string) => bytesOf(u32(value.length), value);
  const gguf = await read("GGUF", u32(1), u32(1), u32(1), short("k"), u32(9), u32(8), u32(1), short("v"), short("t"), u32(2), u32(32), u32(2), u32(2), u64(0));
  expect(gguf.version).toBe(1);
  expect(await gguf.array("k")).toEqual(["v"]);
  expect(gguf.tensors).toEqual([{ name: "t", shape: [32, 2], type: "Q4_0", offset: 0, elements: 64, sizeBytes: 36 }]);
});

test("steps over a long array without reading it", async () => {
  const source = sourceOf(bytesOf(head(0, 2), text("big"), u32(9), u32(0), u64(3_000_000), new Uint8Array(3_000_000), text("end"), u32(0), [5]));
  expect((await readGguf(source)).number("end")).toBe(5);
  expect(source.readBytes).toBeLessThan(200_000);
});

const refused: [string, (string | number[] | Uint8Array)[], string][] = [
  ["an empty file", [], "the file is empty"],
  ["a short file", ["GGUF"], "truncated"],
  ["another format", ["PK\u0003\u0004aaaaaaaaaaaaaaaaaaaa"], 'expected "GGUF"'],
  ["ggml", ["lmgg", new Uint8Array(64)], "ggml file"],
  ["ggmf", ["fmgg", new Uint8Array(64)], "ggmf file"],
  ["ggjt", ["tjgg", new Uint8Array(64)], "ggjt file"],
  ["big-endian", ["GGUF", [0, 0, 0, 3], new Uint8Array(16)], "big-endian"],
  ["version 0", [head(0, 0, 0)], "version is 0"],
  ["version 4", [head(0, 0, 4)], "version is 4"],
  ["2^64 - 1 tensors", [head(2n ** 64n - 1n, 0)], "tensors, at most"],
  ["2^40 metadata entries", [head(0, 2n ** 40n)], "metadata entries, at most"],
  ["more entries than there are", [head(0, 3), text("a"), u32(0), [1]], "truncated"],
  ["an empty key", [head(0, 1), text(""), u32(0), [1]], "metadata key 1 of 1 is empty"],
  ["a key of 2^63 bytes", [head(0, 1), u64(2n ** 63n)], "at most 65535"],
  ["a key that is not UTF-8", [head(0, 1), text(Uint8Array.of(0xc3, 0x28)), u32(0), [1]], "not valid UTF-8"],
  ["a key twice", [head(0, 2), text("a"), u32(0), [1], text("a"), u32(0), [1]], "occurs twice"],
  ["an unknown type", [head(0, 1), text("a"), u32(13), u64(0)], "unknown type 13"],
  ["a boolean of 7", [head(0, 1), text("a"), u32(7), [7]], "expected 0 or 1"],
  ["a value that is not UTF-8", [head(0, 1), text("a"), u32(8), text(Uint8Array.of(0xff))], "not valid UTF-8"],
  ["a string of 2^40 bytes", [head(0, 1), text("a"), u32(8), u64(2n ** 40n)], "at most"],
  ["an array of arrays", [head(0, 1), text("a"), u32(9), u32(9), u64(1), u32(9), u64(1)], "holds arrays"],
  ["an array of 2^60 elements", [head(0, 1), text("a"), u32(9), u32(0), u64(2n ** 60n)], "elements, at most"],
  ["an array beyond the file", [head(0, 1), text("a"), u32(9), u32(12), u64(1000)], "truncated"],
  ["an array with a hostile string", [head(0, 1), text("a"), u32(9), u32(8), u64(2), text("x"), u64(2n ** 50n)], "claims"],
  ["an alignment of 0", [head(0, 1), text("general.alignment"), u32(4), u32(0)], "power of two"],
  ["an alignment of 48", [head(0, 1), text("general.alignment"), u32(4), u32(48)], "power of two"],
  ["an alignment of 2^31", [head(0, 1), text("general.alignment"), u32(4), u32(2 ** 31)], "power of two"],
  ["a tensor name of 64 bytes", [head(1, 0), text("n".repeat(64))], "at most 63"],
  ["a tensor twice", [head(2, 0), text("t"), u32(1), u64(4), u32(0), u64(0), text("t"), u32(1), u64(4), u32(0), u64(0)], "occurs twice"],
  ["no dimensions", [head(1, 0), text("t"), u32(0), u32(0), u64(0)], "0 dimensions"],
  ["2^32 - 1 dimensions", [head(1, 0), text("t"), u32(2 ** 32 - 1)], "dimensions"],
  ["an empty dimension", [head(1, 0), text("t"), u32(2), u64(4), u64(0), u32(0), u64(0)], "empty dimension"],
  ["dimensions that overflow", [head(1, 0), text("t"), u32(3), u64(2n ** 62n), u64(4), u64(4), u32(0), u64(0)], "too large"],
  ["an unknown tensor type", [head(1, 0), text("t"), u32(1), u64(4), u32(99), u64(0)], "unknown type 99"],
  ["a removed tensor type", [head(1, 0), text("t"), u32(1), u64(32), u32(31), u64(0)], "Q4_0_4_4"],
  ["rows that are no multiple of the block", [head(1, 0), text("t"), u32(1), u64(33), u32(2), u64(0)], "no multiple of the 32"],
  ["an offset of 2^63", [head(1, 0), text("t"), u32(1), u64(4), u32(0), u64(2n ** 63n)], "claims the offset"],
];

test.each(refused)("refuses %s", async (_, parts, message) => {
  const error = await read(...parts).catch((reason: unknown) => reason);
  expect(TenfoldError.is(error, "invalid-format")).toBe(true);
  expect((error as Error).message).toContain(message);
});

test("stops at the header limit", async () => {
  const parts = bytesOf(head(0, 1), text("a"), u32(8), text("x".repeat(5000)));
  await expect(readGguf(sourceOf(parts), { limits: { headerBytes: 1000 } })).rejects.toThrow("beyond the 1000 bytes");
});

test("notices a source that ends before its stated size", async () => {
  await expect(readGguf(sourceOf(head(0, 5), 10_000))).rejects.toThrow("ends inside metadata key 1 of 5");
});

test("rejects with the signal's reason", async () => {
  const reason = new Error("changed my mind");
  await expect(readGguf(sourceOf(head(0, 0)), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
