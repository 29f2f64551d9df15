import { needsChromium, type OpenPage } from "@tenfold/tooling/browser";
import { needFullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MlcFolder, mlcFolder } from "../mlc-folder.ts";
import { openMlcPage } from "./open-page.ts";
import type { Asked } from "./page.ts";

const library = "v0_2_86/base/hollow-webgpu.wasm";
/** The same library where another version says it belongs, and one that ends early. */
const [older, broken] = ["v0_2_80/hollow-webgpu.wasm", "v0_2_86/broken.wasm"];

let made: MlcFolder;
let opened: OpenPage | undefined;
const outside: string[] = [];
beforeAll(async () => {
  made = await mlcFolder({ more: { [older]: (whole) => whole, [broken]: (whole) => whole.slice(0, whole.length >> 1) } });
  opened = await openMlcPage(made.folder, made.paths);
  opened?.page.on("request", (request) => {
    if (!request.url().startsWith(opened?.origin ?? "") && !request.url().startsWith("blob:")) outside.push(request.url());
  });
});
afterAll(async () => {
  await opened?.close();
  await made.remove();
});
beforeEach(needsChromium);

/** Loads the folder with one of its libraries. */
async function load(one: string, asked: Asked = {}) {
  const paths = made.paths.filter((path) => !path.endsWith(".wasm") || path === one);
  if (!opened) throw new Error("There is no page.");
  return opened.page.evaluate(([files, how]) => globalThis.mlcPage.load(files, how), [paths, asked] as const);
}

describe("web-llm in Chromium with a GPU in software", () => {
  it("says on what it computes, and for which libraries", async () => {
    const support = await opened?.page.evaluate(() => globalThis.mlcPage.probe());
    expect(support).toMatchObject({ available: true, frameworkVersion: "0.2.86", accelerators: ["webgpu"] });
    expect(support).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining("software"), "model libraries for v0_2_86/base"]) });
  });

  it.each([false, true])("takes everything from the store up to the library's kernels, copies nothing and asks nobody (in a worker: %s)", async (inWorker) => {
    const ending = await load(library, { inWorker });
    expect(ending).toMatchObject({ code: "invalid-format", message: expect.stringContaining(library), cachesAreTheirs: true });
    expect(ending.progress.at(-1)).toBeCloseTo(0.6);
    expect(outside).toEqual([]);
  });

  it("refuses a library for another web-llm with both versions, before anything is compiled", async () => {
    const ending = await load(older);
    expect(ending).toMatchObject({ code: "load-failed", message: expect.stringMatching(/compiled for v0_2_80; .* takes v0_2_86\/base/) });
    expect(ending.progress.at(-1)).toBeLessThan(0.05);
  });

  it("refuses a library that ends early", async () => {
    expect(await load(broken)).toMatchObject({ code: "invalid-format", message: expect.stringContaining(broken), cachesAreTheirs: true });
  });

  it("refuses a library with another digest than was said", async () => {
    const options = { frameworkOptions: { library: { from: `/model/${library}`, sha256: "0".repeat(64) } } };
    expect(await load("none", { options })).toMatchObject({ code: "digest-mismatch", message: expect.stringContaining("SHA-256") });
    const elsewhere = { frameworkOptions: { library: { from: "/v0_2_86/nothing.wasm.gone", sha256: "0".repeat(64) } } };
    expect((await load("none", { options: elsewhere })).code).toMatch(/digest-mismatch|http-status/);
  });

  it.each([
    ["zeros", "digest-mismatch"],
    ["gone", "storage-failed"],
  ] as const)("says which shard is damaged, and leaves nothing behind (%s)", async (how, code) => {
    const ending = await load(library, { damage: { path: "params_shard_1.bin", how } });
    expect(ending).toMatchObject({ code, message: expect.stringContaining("params_shard_1.bin"), cachesAreTheirs: true });
  });

  it("ends a load that is aborted between two shards with the signal's reason", async () => {
    expect(await load(library, { abortAt: 0.2 })).toMatchObject({ code: "Error", message: "enough", cachesAreTheirs: true });
  });

  it("refuses an accelerator that is none of its own", async () => {
    const ending = await load(library, { options: { accelerator: "cpu" } });
    expect(ending).toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("cannot use cpu") });
  });
});

it("without a GPU probe and load say so, with a remedy", async (context) => {
  // A browser of its own is dear; in Node the README's example says the same.
  needFullTests(context);
  const without = await openMlcPage(made.folder, made.paths, { webgpu: false });
  try {
    expect(await without?.page.evaluate(() => globalThis.mlcPage.probe())).toMatchObject({ available: false, remedy: expect.stringMatching(/\.$/) });
    const paths = made.paths.filter((path) => path !== older && path !== broken);
    const ending = await without?.page.evaluate((files) => globalThis.mlcPage.load(files), paths);
    expect(ending).toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("GPU") });
  } finally {
    await without?.close();
  }
});
