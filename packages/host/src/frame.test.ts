import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createFrameReader, encodeFrame, encodePreamble } from "./frame.ts";
import { protocolVersion } from "./messages.ts";
import { type HostVectors, meantBy } from "./node/host-vectors.ts";

const vectors = JSON.parse(readFileSync(new URL("../../../docs/host-protocol-vectors.json", import.meta.url), "utf8")) as HostVectors;
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
describe("the vectors in docs/host-protocol-vectors.json", () => {
  it("are of this version", () => expect(vectors.protocolVersion).toBe(protocolVersion));

  it.each(vectors.good)("$name: is read and written so", ({ hex, message }) => {
    const reader = createFrameReader(protocolVersion);
    expect(reader.push(bytesOf(hex))).toEqual([meantBy(message)]);
    expect(reader.atBorder).toBe(true);
    const [read] = createFrameReader(protocolVersion).push(bytesOf(hex));
    expect(Buffer.concat([encodePreamble(protocolVersion), encodeFrame(read)]).toString("hex")).toBe(hex);
  });

  it.each(vectors.good)("$name: is the same in pieces of one byte, and nothing before its last", ({ hex, message }) => {
    const reader = createFrameReader(protocolVersion);
    const bytes = bytesOf(hex);
    const read = [...bytes].map((byte) => reader.push(Uint8Array.of(byte)));
    expect(read.slice(0, -1).flat()).toEqual([]);
    expect(read.at(-1)).toEqual([meantBy(message)]);
  });

  it.each(vectors.hostile)("$name: is refused", ({ hex, refusal }) => {
    expect(() => createFrameReader(protocolVersion).push(bytesOf(hex))).toThrow(refusal);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("a frame", () => {
  it.each([
    ["a function", { call: () => 1 }],
    ["a big integer", { value: 1n }],
    ["a map", { value: new Map() }],
    ["more than the limit", { text: "x".repeat(100) }],
  ])("does not take %s", (_what, message) => {
    const send = () => encodeFrame(message, { headerBytes: 64, payloadBytes: 64 });
    expect(send).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  it("takes a view of a larger buffer alone", () => {
    const view = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
    const frames = Buffer.concat([encodePreamble(protocolVersion), encodeFrame({ view })]);
    expect(createFrameReader(protocolVersion).push(frames)).toEqual([{ view: Float32Array.from([2, 3]) }]);
  });
});
