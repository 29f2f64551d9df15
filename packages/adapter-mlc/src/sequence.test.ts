import { expect, test } from "vitest";
import { createSequence } from "./sequence.ts";

/** Logits that say how long the cache is. */
function counting({ failAt = Number.POSITIVE_INFINITY, width = 4 } = {}) {
  const calls: number[][] = [];
  let held = 0;
  let resets = 0;
  return {
    calls,
    resets: () => resets,
    async forward(tokens: readonly number[]) {
      calls.push([...tokens]);
      held += tokens.length;
      if (held >= failAt) throw new Error("the GPU is gone");
      return new Float32Array(width).fill(held);
    },
    async reset() {
      resets += 1;
      held = 0;
    },
  };
}

test("one pass gives the logits of the last token, a pass for each where all are wanted", async () => {
  const native = counting();
  const sequence = createSequence({ native, vocabularySize: 4, contextSize: 64 });
  expect([...(await sequence.forward(Int32Array.of(5, 6, 7), { logits: "last" }))]).toEqual([3, 3, 3, 3]);
  expect((await sequence.forward(Int32Array.of(8), { logits: "none" })).length).toBe(0);
  expect([...(await sequence.forward(Int32Array.of(9, 10), { logits: "all" }))]).toEqual([5, 5, 5, 5, 6, 6, 6, 6]);
  expect(native.calls).toEqual([[5, 6, 7], [8], [9], [10]]);
});

test("a cache that only grows keeps all of a prefix or nothing", async () => {
  const native = counting();
  const sequence = createSequence({ native, vocabularySize: 4, contextSize: 64 });
  await sequence.forward(Int32Array.of(1, 2, 3), { logits: "last" });
  expect(await sequence.truncate(3)).toBe(3);
  expect(native.resets()).toBe(0);
  expect(await sequence.truncate(2)).toBe(0);
  expect(native.resets()).toBe(1);
  expect([...(await sequence.forward(Int32Array.of(1), { logits: "last" }))]).toEqual([1, 1, 1, 1]);
});

test("after a failure the cache is empty, and says so", async () => {
  const native = counting({ failAt: 5 });
  const sequence = createSequence({ native, vocabularySize: 4, contextSize: 64 });
  await sequence.forward(Int32Array.of(1, 2, 3), { logits: "last" });
  await expect(sequence.forward(Int32Array.of(4, 5), { logits: "last" })).rejects.toThrow("the GPU is gone");
  expect(await sequence.truncate(3)).toBe(0);
  expect(native.resets()).toBe(1);
});

test("an abort comes before a pass, with its reason", async () => {
  const native = counting();
  const sequence = createSequence({ native, vocabularySize: 4, contextSize: 64 });
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(sequence.forward(Int32Array.of(1), { logits: "last", signal })).rejects.toThrow("enough");
  expect(native.calls).toEqual([]);
});

test("logits beyond the vocabulary are left out", async () => {
  const sequence = createSequence({ native: counting({ width: 6 }), vocabularySize: 4, contextSize: 64 });
  expect((await sequence.forward(Int32Array.of(1), { logits: "last" })).length).toBe(4);
});
