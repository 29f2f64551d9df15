import { expect, test } from "vitest";
import { createBufferSpace } from "./buffer-space.ts";
import { type GraphTensor, planGraph } from "./plan-graph.ts";

const result = (bytes: number, ...sources: GraphTensor[]): GraphTensor => ({ bytes, sources });
const input = (bytes: number): GraphTensor => ({ bytes, sources: [], input: true });

test("two results of a chain lie in memory at a time", () => {
  const start = input(64);
  const [one, two, three] = [result(320, start), result(640), result(320)];
  two.sources = [one];
  three.sources = [two];
  // 64 for the input stays free behind `one`, and is too small for anything.
  expect(planGraph([one, two, three])).toBe(64 + 320 + 640);
});

test("a result takes the place of its source only where nothing else needs it", () => {
  const start = result(3200);
  const doubled: GraphTensor = { bytes: 3200, sources: [start], inPlace: true };
  expect(planGraph([start, doubled])).toBe(3200);
  const sum = result(3200, start, doubled);
  expect(planGraph([start, doubled, sum])).toBe(3 * 3200);
});

test("what a view shows stays while the view is needed", () => {
  const start = result(3200);
  const part: GraphTensor = { bytes: 1600, sources: [start], viewOf: start };
  const other = result(3200);
  const end = result(32, part, other);
  expect(planGraph([start, part, other, end])).toBe(2 * 3200 + 32);
  expect(planGraph([start, part, result(32, part), result(3200)])).toBe(3200 + 32);
});

test("an output stays to the end", () => {
  const kept: GraphTensor = { ...result(3200), output: true };
  const after = result(3200, kept);
  expect(planGraph([kept, after, result(3200, after)])).toBe(3 * 3200);
});

test("the smallest gap that is large enough is taken, and gaps that adjoin become one", () => {
  const space = createBufferSpace();
  const offsets = [640, 32, 320, 32].map((bytes) => space.take(bytes));
  expect(offsets).toEqual([0, 640, 672, 992]);
  space.giveBack(0, 640);
  space.giveBack(672, 320);
  expect(space.take(300)).toBe(672);
  expect(space.take(320)).toBe(0);
  space.giveBack(640, 32);
  expect(space.take(352)).toBe(320);
  expect(space.peakBytes()).toBe(1024);
});

test("sizes are rounded up to what vectors are aligned to", () => {
  const space = createBufferSpace();
  space.take(1);
  expect(space.take(33)).toBe(32);
  expect(space.peakBytes()).toBe(96);
});
