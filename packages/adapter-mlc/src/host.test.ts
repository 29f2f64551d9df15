import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadOptions } from "@tenfold/core";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { type MlcFolderOptions, mlcFolder } from "../test/mlc-folder.ts";
import { needsSoftwareVulkan, softwareVulkan } from "../test/software-vulkan.ts";
import { mlc } from "./node.ts";

const adapter = mlc({ hostEntry: inject("hostEntry"), environment: softwareVulkan });
const removals: (() => Promise<void>)[] = [];
beforeEach(needsSoftwareVulkan);
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

/** Loads in a process of its own, with web-llm and Dawn over a GPU in software. */
async function load(folder: MlcFolderOptions = {}, options: LoadOptions = {}) {
  const made = await mlcFolder(folder);
  removals.push(made.remove);
  return adapter.load(await made.open(), nodeContext(), { isolation: "host", ...options });
}

test("web-llm takes everything from the store up to the library's kernels, and says what the library lacks", async () => {
  const progress: number[] = [];
  const loading = load({}, { onProgress: (fraction) => progress.push(fraction) });
  await expect(loading).rejects.toMatchObject({
    code: "invalid-format",
    message: expect.stringMatching(/v0_2_86\/base\/hollow-webgpu\.wasm: it holds no compiled model/),
  });
  // All three shards have gone to the GPU.
  expect(progress.at(-1)).toBeCloseTo(0.6);
  expect([...progress].sort((one, other) => one - other)).toEqual(progress);
});

test("a library for another web-llm is refused with both versions", async () => {
  await expect(load({ libraryPath: "v0_2_80/hollow-webgpu.wasm" })).rejects.toMatchObject({
    code: "load-failed",
    message: expect.stringMatching(/compiled for v0_2_80; @mlc-ai\/web-llm 0\.2\.86 takes v0_2_86/),
    remedy: expect.stringContaining("docs/mlc.md"),
  });
});

test("16-bit floats are refused on a GPU that has none", async () => {
  await expect(load({ config: { quantization: "q4f16_1" } })).rejects.toMatchObject({
    code: "framework-unavailable",
    message: expect.stringContaining("shader-f16"),
    remedy: expect.stringContaining("q4f32_1"),
  });
});

test("an abort while shards are loaded ends the load with its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const loading = load({ shards: 40 }, { signal: controller.signal, onProgress: (fraction) => fraction > 0.05 && controller.abort(reason) });
  await expect(loading).rejects.toBe(reason);
});
