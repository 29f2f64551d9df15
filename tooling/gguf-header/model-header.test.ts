import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeGguf, encodeModelHeader, type ModelHeader, publishedModels, writeHollowModel } from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hollow-model-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const small: ModelHeader = { ...publishedModels["mamba-130m"], vocabulary: 300, layers: 1, weights: "F16" };

test("a header counts its entries and is padded, and the file is as long as its weights ask for", () => {
  const { head, sizeBytes } = encodeGguf({ name: "value", flag: true, whole: 3, half: 0.5, exact: { float: 2 } }, [
    { name: "weight", shape: [32, 3], type: "Q4_0" },
  ]);
  const bytes = Buffer.from(head);
  expect(bytes.toString("latin1", 0, 4)).toBe("GGUF");
  expect([bytes.readUInt32LE(4), bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16)]).toEqual([3, 1n, 5n]);
  expect(head.length % 32).toBe(0);
  // Three blocks of 18 bytes, rounded up to 64.
  expect(sizeBytes).toBe(head.length + 64);
});

test("a hollow model begins with its header, is as long as a real one, and takes less of the disk", async () => {
  const path = join(folder, "model.gguf");
  const header: ModelHeader = { ...small, architecture: "llama", heads: 4, kvHeads: [2], feedForward: 4096, embedding: 4096, tied: false };
  const { state: _, ...attention } = header;
  await writeHollowModel(path, attention);
  const { head, sizeBytes } = encodeModelHeader(attention);
  const found = statSync(path);
  expect(found.size).toBe(sizeBytes);
  expect(found.blocks * 512).toBeLessThan(sizeBytes / 10);
  expect(Buffer.compare(readFileSync(path).subarray(0, head.length), head)).toBe(0);
});

test("every published model can be written, with what only its architecture has", () => {
  const names = (header: ModelHeader) => Buffer.from(encodeModelHeader(header).head).toString("latin1");
  expect(names(small)).toContain("blk.0.ssm_conv1d.weight");
  expect(names({ ...publishedModels["phi-3-mini-4k"], vocabulary: 300, weights: "F16" })).toContain("blk.31.attn_qkv.weight");
  expect(names({ ...publishedModels["gemma-3-1b"], vocabulary: 300, weights: "F16" })).toContain("blk.25.post_ffw_norm.weight");
  expect(names({ ...publishedModels["qwen3-4b"], vocabulary: 300, weights: "F16" })).toContain("blk.35.attn_q_norm.weight");
});
