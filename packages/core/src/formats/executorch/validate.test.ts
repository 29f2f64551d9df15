import { expect, test } from "vitest";
import { type FlatValue, flatbufferFile, list, numbers, scalar, table, text } from "../../../test/flatbuffer-file.ts";
import { fuzz, fuzzRounds, fuzzTimeoutMs } from "../../../test/fuzz.ts";
import { modelFile, refusalOf, tinyModelBytes, tinyModelFiles } from "../../../test/model-files.ts";
import { detectFormat } from "../formats.ts";
import { validatePte } from "./validate.ts";

type Fields = Record<number, FlatValue>;
const value = (kind: number, content: Fields) => table({ 0: scalar(1, kind), 1: table(content) });
const tensor = (more: Fields = {}) => value(5, { 2: numbers(4, [1, 4]), 3: numbers(1, [0, 1]), 5: scalar(4, 1), ...more });
const call = (kind: number, content: Fields) => table({ 0: scalar(1, kind), 1: table(content) });
const calls = [
  call(1, { 0: scalar(4, 0), 1: numbers(4, [0, 1]) }),
  call(2, { 0: scalar(4, 0), 1: numbers(4, [1]) }),
  call(3, { 0: scalar(4, 0), 1: scalar(4, 1) }),
  call(4, { 0: scalar(4, 1), 1: scalar(4, 5) }),
  call(5, { 0: scalar(4, 1) }),
];
const plan = (more: Fields = {}, instructions = calls) =>
  table({
    0: text("forward"),
    2: list(tensor(), value(3, { 0: scalar(1, 1) })),
    3: numbers(4, [0]),
    4: numbers(4, [1]),
    5: list(table({ 2: list(...instructions) })),
    6: list(table({ 0: text("aten::add"), 1: text("out") })),
    7: list(table({ 0: text("XnnpackBackend"), 1: table({ 0: scalar(1, 1), 1: scalar(4, 0) }) })),
    ...more,
  });
const constant = (name: string, number: number) => table({ 0: text(name), 2: list(value(2, { 0: scalar(8, number) })), 4: numbers(4, [0]) });

const segmentBytes = 64;
/** A program, the header that says where its segments lie, and one segment. */
function pte(root: Fields = {}, { identifier = "ET12", programEnd = -1, segmentStart = -1, headerBytes = 24 } = {}): Uint8Array {
  const fields: Fields = {
    0: scalar(4, 0),
    1: list(plan(), constant("get_max_seq_len", 512), constant("get_vocab_size", 1024)),
    4: list(table({ 0: scalar(8, 0), 1: scalar(8, segmentBytes) })),
    5: table({ 0: scalar(4, 0), 1: numbers(8, [0, 16]) }),
    7: list(table({ 0: text("w"), 1: scalar(4, 0) })),
    ...root,
  };
  const header = Buffer.alloc(24);
  const program = flatbufferFile(table(fields), identifier + header.toString("latin1"));
  const file = Buffer.alloc(program.length + segmentBytes);
  file.set(program);
  file.write("eh00", 8);
  file.writeUInt32LE(headerBytes, 12);
  file.writeBigUInt64LE(BigInt(programEnd < 0 ? program.length : programEnd), 16);
  file.writeBigUInt64LE(BigInt(segmentStart < 0 ? program.length : segmentStart), 24);
  return Uint8Array.from(file);
}
const whole = pte();
const validate = (bytes: Uint8Array) => validatePte([modelFile("model.pte", bytes)]);
const withPlan = (more: Fields, instructions = calls) => pte({ 1: list(plan(more, instructions)) });

test("accepts tenfold-tiny", async () => {
  const metadata = await validatePte(tinyModelFiles("executorch", ["tenfold-tiny-xnnpack-f32.pte"]));
  expect(metadata.details?.methods).toContain("forward");
  expect(metadata.details?.delegates).toContain("Xnnpack");
});

test("accepts a program and reads what its methods say", async () => {
  expect((await detectFormat([modelFile("model", whole)]))?.format).toBe("pte");
  expect(await validate(whole)).toEqual({
    format: "pte",
    contextLength: 512,
    vocabularySize: 1024,
    details: { methods: "forward, get_max_seq_len, get_vocab_size", delegates: "XnnpackBackend" },
  });
});

test("accepts an older program that holds its constants itself", async () => {
  const data = table({ 0: numbers(1, [1, 2, 3, 4]) });
  const delegate = table({ 0: text("XnnpackBackend"), 1: table({ 0: scalar(1, 0), 1: scalar(4, 0) }) });
  const older = flatbufferFile(table({ 1: list(plan({ 7: list(delegate) })), 2: list(data, data), 3: list(data) }), "ET12");
  expect(await validate(older)).toMatchObject({ details: { methods: "forward" } });
});

test.each([
  ["an empty file", new Uint8Array(0), "truncated"],
  ["another identifier", pte({}, { identifier: "TFL3" }), '"ET12"'],
  ["a file that is cut off", whole.subarray(0, whole.length - 1), "its segment 0 ends at"],
  ["a program beyond the file", pte({}, { programEnd: 2 ** 40 }), "its program claims"],
  ["segments inside the program", pte({}, { segmentStart: 40 }), "its segments begin at 40"],
  ["a header that is too short", pte({}, { headerBytes: 8 }), "its header claims 8"],
  ["another version", pte({ 0: scalar(4, 3) }), "its version is 3"],
  ["no methods", pte({ 1: list() }), "no method"],
  ["a segment beyond the file", pte({ 4: list(table({ 0: scalar(8, 60), 1: scalar(8, 60) })) }), "is truncated"],
  ["constants in no segment", pte({ 5: table({ 0: scalar(4, 4), 1: numbers(8, [0, 16]) }) }), "the segment 4 of 1"],
  ["a constant beyond its segment", pte({ 5: table({ 1: numbers(8, [0, 65]) }) }), "a constant lies at 65"],
  ["named data in no segment", pte({ 7: list(table({ 0: text("w"), 1: scalar(4, 9) })) }), "the segment 9 of 1"],
  ["a tensor of no constant", withPlan({ 2: list(tensor({ 5: scalar(4, 2) })) }), "the constant 2 of 2"],
  ["a tensor of a negative length", withPlan({ 2: list(tensor({ 2: numbers(4, [-1, 4]) })) }), "impossible shape"],
  ["a tensor that orders other dimensions", withPlan({ 2: list(tensor({ 3: numbers(1, [0]) })) }), "that orders 1"],
  ["a tensor without content", withPlan({ 2: list(table({ 0: scalar(1, 5) })) }), "without content"],
  ["an input that is not there", withPlan({ 3: numbers(4, [2]) }), "the value 2 of 2"],
  ["an operator without a name", withPlan({ 6: list(table({})) }), "without a name"],
  ["a delegate without data", withPlan({ 7: list(table({ 0: text("X"), 1: table({ 1: scalar(4, 0) }) })) }), "the delegate data 0 of 0"],
  ["a call of no operator", withPlan({}, [call(1, { 0: scalar(4, 1) })]), "the operator 1 of 1"],
  ["a call of no delegate", withPlan({}, [call(2, { 0: scalar(4, -1) })]), "the delegate -1 of 1"],
  ["a call with a value that is not there", withPlan({}, [call(1, { 1: numbers(4, [7]) })]), "the value 7 of 2"],
  ["a jump to nowhere", withPlan({}, [call(4, { 1: scalar(4, 3) })]), "the instruction 3 of 2"],
  ["a move to nowhere", withPlan({}, [call(3, { 1: scalar(4, 3) })]), "the value 3 of 2"],
  ["an unknown instruction", withPlan({}, [call(9, {})]), "the unknown kind 9"],
  ["an instruction without content", withPlan({}, [table({ 0: scalar(1, 1) })]), "without content"],
])("refuses %s", async (_, bytes, message) => {
  expect(await refusalOf(validate(bytes))).toContain(message);
});

test(`${fuzzRounds} damaged files are accepted or refused, never more`, { timeout: fuzzTimeoutMs }, async () => {
  const { accepted, refused } = await fuzz({
    original: whole,
    structure: [0, 8, 12, 16, 24],
    mostReadBytes: 4 * whole.length,
    validate: ({ sizeBytes, read }) => validatePte([{ path: "model.pte", sizeBytes, read }]),
  });
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(fuzzRounds / 4);
});

test("tenfold-tiny is accepted or refused however it is damaged", { timeout: fuzzTimeoutMs }, async () => {
  const original = tinyModelBytes("executorch/tenfold-tiny-xnnpack-f32.pte");
  const { accepted, refused } = await fuzz({
    original,
    rounds: fuzzRounds / 25,
    mostReadBytes: 4 * original.length,
    validate: ({ sizeBytes, read }) => validatePte([{ path: "tenfold-tiny-xnnpack-f32.pte", sizeBytes, read }]),
  });
  expect(accepted + refused).toBe(fuzzRounds / 25);
});
