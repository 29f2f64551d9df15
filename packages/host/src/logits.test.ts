import type { ForwardOptions, LogitsModel } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { connectLogits, type LogitsSequences, serveLogits } from "./index.ts";

const vocabularySize = 3;

/** Each row says which token it belongs to, where it stands, and the sum of all before it. Everything is written into one array, as frameworks do. */
function countingSequence(record: string[], tokens: number[] = [], wait: (signal: AbortSignal | undefined) => Promise<void> = async () => {}): LogitsModel {
  const rows = new Float32Array(64);
  return {
    vocabularySize,
    contextSize: 16,
    async forward(added: Int32Array, { logits, signal }: ForwardOptions) {
      record.push(`begin ${added.join(" ")}`);
      try {
        await wait(signal);
        if (tokens.length + added.length > 16) throw new RangeError("the context is full");
        for (const token of added) {
          rows.set([token, tokens.length, tokens.reduce((sum, one) => sum + one, 0)], tokens.length * vocabularySize);
          tokens.push(token);
        }
      } finally {
        record.push(`end ${added.join(" ")}`);
      }
      const count = logits === "none" ? 0 : logits === "last" ? 1 : added.length;
      return rows.subarray((tokens.length - count) * vocabularySize, tokens.length * vocabularySize);
    },
    async truncate(length: number) {
      record.push(`truncate ${length}`);
      tokens.length = Math.min(length, tokens.length);
      return tokens.length;
    },
    fork: async () => countingSequence(record, [...tokens]),
    async dispose() {
      record.push("dispose");
    },
  };
}

async function served({ wait, keepsLastLogits = false }: { wait?: (signal: AbortSignal | undefined) => Promise<void>; keepsLastLogits?: boolean } = {}) {
  const record: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const memory = { weightsBytes: 1, kvCacheBytes: 2, computeBytes: 3 };
  const sequences: LogitsSequences["sequences"] = [{ ...countingSequence(record, [], wait), keepsLastLogits }, countingSequence(record)];
  serveLogits({ sequences, memory: () => memory, dispose: async () => void record.push("free") }, port1);
  return { ...(await connectLogits(port2)), record };
}

const ints = (...values: number[]) => Int32Array.from(values);

describe("logits over a channel", () => {
  it("are the rows that were asked for, and none of the array they stand in", async () => {
    const { sequences, memory, dispose } = await served();
    const [model] = sequences;
    expect(sequences).toHaveLength(2);
    expect([model.vocabularySize, model.contextSize, memory().kvCacheBytes]).toEqual([3, 16, 2]);
    const all = await model.forward(ints(7, 8), { logits: "all" });
    expect([...all]).toEqual([7, 0, 0, 8, 1, 7]);
    expect(all.buffer.byteLength).toBe(all.byteLength);
    expect(await model.forward(ints(9), { logits: "none" })).toHaveLength(0);
    expect([...(await model.forward(ints(1, 2), { logits: "last" }))]).toEqual([2, 4, 25]);
    await dispose();
  });

  it("belong to a sequence of their own, which can be cut back and copied", async () => {
    const { sequences, dispose } = await served();
    const [one, other] = sequences;
    await one.forward(ints(5, 6), { logits: "none" });
    expect([...(await (other as LogitsModel).forward(ints(4), { logits: "last" }))]).toEqual([4, 0, 0]);
    expect(await one.truncate(1)).toBe(1);
    const copy = await one.fork?.();
    expect([...(await one.forward(ints(1), { logits: "last" }))]).toEqual([1, 1, 5]);
    expect([...((await copy?.forward(ints(2), { logits: "last" })) ?? [])]).toEqual([2, 1, 5]);
    await copy?.dispose();
    await expect(copy?.truncate(0)).rejects.toMatchObject({ code: "disposed" });
    expect(await one.truncate(9)).toBe(2);
    await dispose();
  });

  it("say whether the last row alone costs one row", async () => {
    for (const keepsLastLogits of [true, false]) {
      const { sequences, dispose } = await served({ keepsLastLogits });
      expect(sequences[0].keepsLastLogits ?? false).toBe(keepsLastLogits);
      await dispose();
    }
  });

  it("come one call after the other, also when nobody waits for one any more", async () => {
    const { sequences, record, dispose } = await served({
      async wait(signal) {
        await new Promise<void>((resolve) => signal?.addEventListener("abort", () => setImmediate(resolve), { once: true }));
        signal?.throwIfAborted();
      },
    });
    const [model] = sequences;
    const abort = new AbortController();
    const forward = model.forward(ints(1), { logits: "last", signal: abort.signal });
    const reason = new Error("enough");
    const rejected = expect(forward).rejects.toBe(reason);
    while (!record.includes("begin 1")) await new Promise((resolve) => setImmediate(resolve));
    abort.abort(reason);
    await rejected;
    expect(await model.truncate(0)).toBe(0);
    expect(record).toEqual(["begin 1", "end 1", "truncate 0"]);
    await dispose();
  });

  it("that fail say why, and the model goes on", async () => {
    const { sequences, dispose } = await served();
    const [model] = sequences;
    await expect(model.forward(new Int32Array(17), { logits: "last" })).rejects.toMatchObject({
      code: "generation-failed",
      message: expect.stringContaining("the context is full"),
    });
    expect(await model.truncate(16)).toBe(0);
    await dispose();
  });

  it("end with all sequences, once", async () => {
    const { sequences, record, dispose } = await served();
    await sequences[1]?.dispose();
    await Promise.all([dispose(), dispose()]);
    expect(record).toEqual(["dispose", "dispose", "free"]);
    await expect(sequences[0].forward(ints(1), { logits: "last" })).rejects.toMatchObject({ code: "disposed" });
    await sequences[0].dispose();
  });
});
