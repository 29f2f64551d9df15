import { damagedCopy, tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { type GgufTensor, readGguf } from "@tenfold/core/gguf";
import { fullTests } from "@tenfold/tooling/requirement";
import { describe, expect, test } from "vitest";
import { llamaCpp } from "./node.ts";

const adapter = llamaCpp({ gpu: false });
const original = await tinyModel("f32");
const [file] = original.files;
if (!file) throw new Error("The tiny model has no file.");
const gguf = await readGguf(file);

/** How loading ends in this process, which has to survive it. */
async function loadingEnds(change: (bytes: Uint8Array) => Uint8Array): Promise<string> {
  const { model, remove } = await damagedCopy(original, change);
  try {
    const loaded = await adapter.load(model, nodeContext(), { threads: 1, contextSize: 64, isolation: "none" });
    await loaded.dispose();
    return "loaded";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    expect(message).not.toBe("");
    return String(code);
  } finally {
    await remove();
  }
}

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = new Uint8Array(bytes);
  change(new DataView(copy.buffer));
  return copy;
}

function tensorNamed(name: string): GgufTensor {
  const tensor = gguf.tensors.find((one) => one.name === name);
  if (!tensor) throw new Error(`There is no tensor ${name}.`);
  return tensor;
}

describe("a corrupt model ends in an error that says so, before llama.cpp can crash", () => {
  const cuts = fullTests ? 200 : 12;
  test(`cut off anywhere (${cuts} places)`, { timeout: 300_000 }, async () => {
    for (let cut = 0; cut < cuts; cut += 1) {
      // Half of the cuts are in the header.
      const end = cut % 2 === 0 ? gguf.dataOffset : file.sizeBytes;
      const length = Math.floor((end * cut) / cuts);
      expect([length, await loadingEnds((bytes) => bytes.slice(0, length))]).toEqual([length, "invalid-format"]);
    }
  });

  test.each([
    ["tensors", 8],
    ["metadata entries", 16],
  ])("with wrong counts of %s", async (_what, at) => {
    for (const count of [0n, 1n, 2n ** 32n, 2n ** 64n - 1n]) {
      const ending = await loadingEnds((bytes) => changed(bytes, (view) => view.setBigUint64(at, count, true)));
      expect([count, ending]).toEqual([count, "invalid-format"]);
    }
  });

  test("with absurd dimensions", async () => {
    const text = await file.read({ start: 0, end: gguf.dataOffset });
    const name = "blk.0.attn_q.weight";
    // Behind the name: how many dimensions, then each.
    const at = Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(name) + name.length + 4;
    for (const length of [0n, 1n, 129n, 2n ** 31n, 2n ** 63n - 1n, 2n ** 64n - 1n]) {
      const ending = await loadingEnds((bytes) => changed(bytes, (view) => view.setBigUint64(at, length, true)));
      expect([length, ending]).toEqual([length, "invalid-format"]);
    }
  });

  test.each([
    ["blk.1.attn_norm.weight", "invalid-format"],
    ["blk.0.attn_q.weight", "load-failed"],
    ["token_embd.weight", "load-failed"],
  ])("with a value in %s that is no number", async (name, code) => {
    const { offset } = tensorNamed(name);
    expect(await loadingEnds((bytes) => changed(bytes, (view) => view.setFloat32(gguf.dataOffset + offset, Number.NaN, true)))).toBe(code);
  });
});
