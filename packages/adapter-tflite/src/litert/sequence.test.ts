import { tinyReference, tinyTfliteModel } from "@tenfold/adapter-testkit/models";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NativeModel } from "./binding.ts";
import { readLayout } from "./layout.ts";
import { createNodeBinding } from "./node-binding.ts";
import { createSequence } from "./sequence.ts";

const binding = createNodeBinding();
let native: NativeModel;
beforeAll(async () => {
  const file = (await tinyTfliteModel()).files[0];
  if (!file) throw new Error("The tiny model has no file.");
  native = await (await binding.open()).load(file);
});
afterAll(() => native.delete());

function open() {
  const layout = readLayout("tiny", native);
  if (layout.kind !== "cached") throw new Error("The tiny model has a cache.");
  return createSequence({ native, layout, contextSize: 512, nextTask: binding.nextTask });
}
/** The prompts of the reference, one behind the other. */
const tokens = Int32Array.from((await tinyReference()).prompts.flatMap(({ promptTokens }) => promptTokens)).subarray(0, 505);
const furthest = (a: Float32Array, b: Float32Array) => a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);

test("a prompt in padded parts gives the logits that it gives token by token, up to the end of the cache", async () => {
  const [parts, single] = [open(), open()];
  const together = await parts.forward(tokens, { logits: "last" });
  const last = together.slice();
  const all = await single.forward(tokens, { logits: "all" });
  const size = single.vocabularySize;
  expect(furthest(last, all.subarray((tokens.length - 1) * size))).toBeLessThan(1e-3);
  await Promise.all([parts.dispose(), single.dispose()]);
});

test("after a shorter prompt the next is computed as in a new sequence", async () => {
  const [used, fresh] = [open(), open()];
  await used.forward(tokens.subarray(0, 200), { logits: "none" });
  expect(await used.truncate(50)).toBe(50);
  const again = (await used.forward(tokens.subarray(50, 90), { logits: "last" })).slice();
  expect(furthest(again, await fresh.forward(tokens.subarray(0, 90), { logits: "last" }))).toBeLessThan(1e-3);
  await Promise.all([used.dispose(), fresh.dispose()]);
});

test("what goes beyond the context is refused, and an abort ends a prompt between two parts", async () => {
  const sequence = open();
  await expect(sequence.forward(new Int32Array(513), { logits: "last" })).rejects.toMatchObject({ code: "context-overflow" });
  const abort = new AbortController();
  abort.abort(new Error("enough"));
  await expect(sequence.forward(tokens, { logits: "last", signal: abort.signal })).rejects.toThrow("enough");
  await sequence.dispose();
});
