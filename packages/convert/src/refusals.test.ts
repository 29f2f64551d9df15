import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { createNodeFiles } from "@tenfold/core/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { convertFile, fileAt } from "../test/convert-file.ts";
import { type SeededModel, tinyPath, writeSeededModel } from "../test/seeded-model.ts";
import { conversionTargets, convertModel } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-convert-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const out = () => join(folder, "made", "out");
const left = async () => readdir(join(folder, "made")).catch(() => []);

describe("files that are refused leave nothing behind", () => {
  test.each([0, 3, 20, 5_000, 60_000, 700_000])("cut off after %d bytes", async (sizeBytes) => {
    const path = join(folder, "cut.gguf");
    await writeFile(path, (await readFile(tinyPath("q4_1"))).subarray(0, sizeBytes));
    for (const to of conversionTargets) await expect(convertFile(path, out(), { to })).rejects.toMatchObject({ code: "invalid-format" });
    expect(await left()).toEqual([]);
  });

  test("bytes turned at random end in a model or in a TenfoldError", async () => {
    const whole = await readFile(tinyPath("q4_0"));
    let state = 5;
    for (let round = 0; round < 40; round += 1) {
      const bytes = Uint8Array.from(whole);
      for (let change = 0; change < 3; change += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes[state % 3_000] = state >>> 24;
      }
      const path = join(folder, "turned.gguf");
      await writeFile(path, bytes);
      try {
        await convertFile(path, out(), { to: "onnx", force: true });
      } catch (error) {
        expect(TenfoldError.is(error), String(error)).toBe(true);
      }
    }
    expect((await left()).filter((name) => name !== "out")).toEqual([]);
  });

  const strange: Record<string, [SeededModel, RegExp]> = {
    "another architecture": [{ architecture: "gemma3" }, /architecture is "gemma3"/],
    "a scaling that is not known": [{ metadata: { "llama.rope.scaling.type": "longrope", "llama.rope.scaling.factor": { float: 2 } } }, /"longrope"/],
    "half of a head rotated": [{ metadata: { "llama.rope.dimension_count": 32 } }, /dimension_count is 32/],
    "a window": [{ metadata: { "llama.attention.sliding_window": 128 } }, /sees 128 tokens/],
    "scores capped": [{ metadata: { "llama.attn_logit_softcapping": { float: 50 } } }, /softcapping/],
    experts: [{ metadata: { "llama.expert_count": 4, "llama.expert_used_count": 2 } }, /experts/],
    "a tensor nobody uses": [{ tensors: [{ name: "blk.0.attn_sinks", shape: [4], type: "F32" }] }, /attn_sinks/],
    "norms that Llama does not have": [{ headNorms: true }, /normalizes queries/],
    "Qwen 3 without them": [{ architecture: "qwen3" }, /attn_q_norm/],
  };
  test.each(Object.entries(strange))("%s", async (_, [model, words]) => {
    const path = join(folder, "strange.gguf");
    await writeSeededModel(path, model);
    for (const to of ["onnx", "safetensors"] as const) await expect(convertFile(path, out(), { to })).rejects.toThrow(words);
    expect(await left()).toEqual([]);
  });

  test("factors that config.json cannot say are refused there", async () => {
    const path = join(folder, "factors.gguf");
    await writeSeededModel(path, { rotaryFactors: Array.from({ length: 32 }, (_, pair) => 1 + pair) });
    await expect(convertFile(path, out(), { to: "safetensors" })).rejects.toMatchObject({ code: "unsupported-format" });
    expect(await left()).toEqual([]);
  });
});

describe("the folder", () => {
  test("is not overwritten unless that is asked for", async () => {
    await convertFile(tinyPath("q4_0"), out(), { to: "tokenizer.json" });
    await writeFile(join(out(), "mine.txt"), "mine");
    await expect(convertFile(tinyPath("q4_0"), out(), { to: "onnx" })).rejects.toMatchObject({ code: "invalid-input" });
    expect(await readdir(out())).toContain("mine.txt");
    await convertFile(tinyPath("q4_0"), out(), { to: "onnx", force: true });
    expect(await readdir(out())).not.toContain("mine.txt");
    expect(await left()).toEqual(["out"]);
  });

  test("stays as it was when its replacement is aborted, with the reason of the signal", async () => {
    await convertFile(tinyPath("q4_0"), out(), { to: "tokenizer.json" });
    const before = await readdir(out());
    const abort = new AbortController();
    const reason = new Error("enough");
    await expect(convertFile(tinyPath("f32"), out(), { to: "onnx", force: true, signal: abort.signal, onProgress: () => abort.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(await readdir(out())).toEqual(before);
    expect(await left()).toEqual(["out"]);
  });

  test("is not begun where it does not fit, and is removed where the disk fills up", async () => {
    const target = createNodeFiles(join(folder, "made"));
    const files = [await fileAt(tinyPath("f32"))];
    const options = { files, to: "onnx", folder: "out" } as const;
    await expect(convertModel({ ...options, target: { ...target, freeBytes: async () => 1_000 } })).rejects.toMatchObject({ code: "disk-full" });
    const filling = {
      ...target,
      async open(path: string) {
        const file = await target.open(path);
        return {
          ...file,
          async write(bytes: Uint8Array, position: number) {
            if (position > 1_000_000) throw new TenfoldError("disk-full", `There is no room left for ${basename(path)}.`);
            await file.write(bytes, position);
          },
        };
      },
    };
    await expect(convertModel({ ...options, target: filling })).rejects.toMatchObject({ code: "disk-full" });
    expect(await left()).toEqual([]);
  });

  test("progress rises to the whole", async () => {
    const seen: number[] = [];
    await convertFile(tinyPath("q8_0"), out(), { to: "onnx", onProgress: ({ writtenBytes, totalBytes }) => void seen.push(writtenBytes / totalBytes) });
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.at(-1)).toBeGreaterThan(0.95);
    expect(seen.at(-1)).toBeLessThanOrEqual(1);
  });
});
