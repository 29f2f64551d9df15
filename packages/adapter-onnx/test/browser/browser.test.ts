import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import type { LoadOptions } from "@tenfold/core";
import { needsChromium, type OpenPage } from "@tenfold/tooling/browser";
import { fullTests, needFullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { convertTiny } from "../convert-tiny.ts";
import { openTinyPage } from "./open-page.ts";

const question = "What is 17 + 15?";
const sum = "17 + 15 = 32.";

let folder: string;
let converted: string[];
let isolated: OpenPage | undefined;
let shared: OpenPage | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-onnx-"));
  await convertTiny("q4_0", folder, "tiny");
  converted = (await readdir(join(folder, "tiny"))).sort((one, other) => Number(other === "model.onnx") - Number(one === "model.onnx"));
  const files = Object.fromEntries(converted.map((name) => [`/converted/${name}`, join(folder, "tiny", name)]));
  [isolated, shared] = await Promise.all([openTinyPage("/", { files }), openTinyPage("/shared")]);
});
afterAll(async () => {
  await Promise.all([isolated?.close(), shared?.close()]);
  await rm(folder, { recursive: true });
});
beforeEach(needsChromium);

const page = () => {
  if (!isolated) throw new Error("There is no page.");
  return isolated.page;
};

describe("ONNX Runtime in Chromium", () => {
  it("says how it computes, and why there is no GPU", async () => {
    const probe = (open: OpenPage | undefined) => open?.page.evaluate(() => globalThis.onnxPage.probe());
    const notes = [expect.stringContaining("with threads"), expect.stringContaining("no GPU")];
    expect(await probe(isolated)).toMatchObject({ available: true, frameworkVersion: expect.stringMatching(/^1\./), accelerators: ["cpu"], notes });
    expect(await probe(shared)).toMatchObject({ available: true, notes: [expect.stringContaining("not cross-origin isolated"), expect.any(String)] });
  });

  it("answers with a model whose weights lie in a file beside it, and computes logits for the end of a prompt only", async () => {
    const paths = converted.map((name) => `/converted/${name}`);
    expect(paths).toContain("/converted/model.onnx_data");
    const answer = await page().evaluate(([files, asked]) => globalThis.onnxPage.answer(files, asked, { threads: 1 }), [paths, question] as const);
    expect(answer).toMatchObject({ text: sum, start: { accelerator: "cpu", warnings: [] } });
    expect(await page().evaluate((files) => globalThis.onnxPage.rowsOfLogits(files), paths)).toBe(1);
  });

  it.each(["onnx", "ort"])("answers with the tiny model as %s, and with threads", async (variant) => {
    const answer = await page().evaluate(([model, asked]) => globalThis.onnxPage.answer(model, asked, { threads: 2 }), [variant, question] as const);
    expect(answer.text).toBe(sum);
  });

  it("computes in a worker, unless it is told to compute in the page", async () => {
    const other = await openTinyPage("/");
    const answer = (options: LoadOptions) =>
      other?.page.evaluate(([asked, given]) => globalThis.onnxPage.answer("onnx-gqa", asked, given), [question, { threads: 1, ...options }] as const);
    try {
      expect((await answer({}))?.text).toBe(sum);
      expect(await other?.page.evaluate(() => globalThis.onnxPage.fetchedWasm())).toEqual([]);
      expect((await answer({ isolation: "none" }))?.text).toBe(sum);
      expect(await other?.page.evaluate(() => globalThis.onnxPage.fetchedWasm())).toEqual([expect.stringContaining("ort-wasm-simd-threaded")]);
    } finally {
      await other?.close();
    }
  });

  it("refuses a GPU where there is none", async () => {
    const asking = page().evaluate((asked) => globalThis.onnxPage.answer("onnx", asked, { accelerator: "webgpu" }), question);
    await expect(asking).rejects.toThrow("ONNX Runtime cannot use webgpu here");
  });

  it("says where its files have to be when they are not there", async () => {
    const other = await openTinyPage("/");
    try {
      const error = await other?.page.evaluate(() => globalThis.onnxPage.loadWithWasm("/nothing-here"));
      expect(error).toMatchObject({ code: "framework-unavailable", remedy: expect.stringContaining("wasm") });
    } finally {
      await other?.close();
    }
  });

  it("survives half a model and bytes that are none, and the next model answers", async () => {
    const bytes = Buffer.from((await (await tinyOnnxModel("onnx")).files[0]?.read()) ?? []);
    for (const damaged of [bytes.subarray(0, bytes.length >> 1), Buffer.alloc(4096, 65), Buffer.alloc(0)]) {
      const error = await page().evaluate((given) => globalThis.onnxPage.loadDamaged(given), damaged.toString("base64"));
      expect(error.code).toMatch(/^(invalid-format|load-failed)$/);
    }
    expect((await page().evaluate((asked) => globalThis.onnxPage.answer("onnx-gqa", asked, { threads: 1 }), question)).text).toBe(sum);
  });
});

describe("ONNX Runtime in Chromium with a GPU in software", () => {
  let gpu: OpenPage | undefined;
  beforeAll(async () => {
    if (fullTests) gpu = await openTinyPage("/", { webgpu: true });
  });
  afterAll(() => gpu?.close());
  beforeEach(needFullTests);

  it("is offered to who asks for it, and answers as the CPU does", { timeout: 300_000 }, async () => {
    const support = await gpu?.page.evaluate(() => globalThis.onnxPage.probe());
    expect(support).toMatchObject({ available: true, accelerators: ["cpu", "webgpu"], notes: [expect.any(String), expect.stringContaining("software")] });
    const answer = await gpu?.page.evaluate((asked) => globalThis.onnxPage.answer("onnx-gqa", asked, { accelerator: "webgpu" }), question);
    expect(answer).toMatchObject({ text: sum, start: { accelerator: "webgpu" } });
  });

  it("keeps the cache on the GPU, and cuts it back for a prompt with another end", { timeout: 300_000 }, async () => {
    expect(await gpu?.page.evaluate(() => globalThis.onnxPage.placesAfterPass("onnx", "webgpu"))).toEqual({ logits: true, cache: false });
    expect(await gpu?.page.evaluate(() => globalThis.onnxPage.placesAfterPass("onnx", "cpu"))).toEqual({ logits: true, cache: true });
    const turn = await gpu?.page.evaluate(() => globalThis.onnxPage.secondTurnOnGpu("onnx"));
    expect(turn).toEqual({ cachedTokens: expect.any(Number), same: true });
    expect(turn?.cachedTokens).toBeGreaterThan(3);
  });
});
