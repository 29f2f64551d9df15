import { expect, test } from "vitest";
import type { NativeSequence } from "./binding.ts";
import { createSequencePool } from "./sequence-pool.ts";

/** A cache that holds what a test says; the pool reads nothing else of it. */
function holding(tokens: number[], appendOnly = false): NativeSequence {
  const unused = () => Promise.reject(new Error("the pool computes nothing"));
  return {
    tokens,
    appendOnly,
    keep: unused,
    prefill: unused,
    generate() {
      throw new Error("the pool computes nothing");
    },
  };
}

test("reuses the longest beginning, but never the whole prompt", async () => {
  const held = [1, 2, 3, 4];
  const pool = createSequencePool([holding(held)]);
  const reusable = async (prompt: number[]) => {
    const lease = await pool.lease(prompt, undefined, undefined);
    lease.release();
    return lease.reusable;
  };
  expect(await reusable([1, 2, 9])).toBe(2);
  expect(await reusable([1, 2, 3, 4, 5])).toBe(4);
  expect(await reusable([1, 2, 3, 4])).toBe(3);
  expect(await reusable([9])).toBe(0);
});

test("picks the sequence that holds most of the prompt, else the one unused for longest", async () => {
  const [first, second, third] = [holding([1, 2]), holding([1, 2, 3]), holding([7])];
  const pool = createSequencePool([first, second, third]);
  const best = await pool.lease([1, 2, 3, 4], undefined, undefined);
  expect(best.sequence).toBe(second);
  best.release();
  const none = await pool.lease([5, 6], undefined, undefined);
  expect(none.sequence).toBe(first);
});

test("keys never share, and an append-only cache is used whole or not at all", async () => {
  const pool = createSequencePool([holding([1, 2, 3])]);
  (await pool.lease([1, 2, 3, 4], "anna", undefined)).release();
  const own = await pool.lease([1, 2, 3, 4], "anna", undefined);
  expect(own.reusable).toBe(3);
  own.release();
  expect((await pool.lease([1, 2, 3, 4], "boris", undefined)).reusable).toBe(0);

  const recurrent = createSequencePool([holding([1, 2, 3], true)]);
  const whole = await recurrent.lease([1, 2, 3, 4], undefined, undefined);
  expect(whole.reusable).toBe(3);
  whole.release();
  expect((await recurrent.lease([1, 2, 9], undefined, undefined)).reusable).toBe(0);
});

test("serves those who wait in order, and skips those who leave", async () => {
  const pool = createSequencePool([holding([])]);
  const served: string[] = [];
  const running = await pool.lease([1], undefined, undefined);
  const controller = new AbortController();
  const reason = new Error("left");
  const ask = (name: string, signal?: AbortSignal) =>
    pool.lease([1], undefined, signal).then((lease) => {
      served.push(name);
      lease.release();
      lease.release();
    });
  const waiting = [ask("first"), ask("second", controller.signal), ask("third")];
  controller.abort(reason);
  running.release();
  const results = await Promise.allSettled(waiting);
  expect(served).toEqual(["first", "third"]);
  expect(results[1]).toEqual({ status: "rejected", reason });
  await expect(pool.lease([1], undefined, controller.signal)).rejects.toBe(reason);
});

test("hands out every idle sequence at once, for whoever wants to empty them, and none that an answer has", async () => {
  const [first, second, third] = [holding([1]), holding([2]), holding([3])];
  const pool = createSequencePool([first, second, third]);
  const busy = await pool.lease([1, 2], undefined, undefined);
  const idle = pool.leaseIdle();
  expect(idle.map(({ sequence }) => sequence)).toEqual([second, third]);
  expect(pool.leaseIdle()).toEqual([]);
  const waiting = pool.lease([9], undefined, undefined);
  for (const lease of idle) lease.release();
  expect([second, third]).toContain((await waiting).sequence);
  busy.release();
});

test("tells those who wait when it closes, and those who come after", async () => {
  const pool = createSequencePool([holding([])]);
  await pool.lease([1], undefined, undefined);
  const waiting = pool.lease([1], undefined, undefined);
  pool.close();
  await expect(waiting).rejects.toMatchObject({ code: "disposed" });
  await expect(pool.lease([1], undefined, undefined)).rejects.toMatchObject({ code: "disposed" });
});
