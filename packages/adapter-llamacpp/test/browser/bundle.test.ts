import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { browserProgram, openBrowser, servePages } from "@tenfold/tooling/browser";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { needsChromium } from "./open-page.ts";

const application = fileURLToPath(new URL("./application/", import.meta.url));

describe("an application that Vite has built", () => {
  let folder: string;
  let files: string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenfold-vite-"));
    await vite({ root: application, configFile: false, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
    files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(needsChromium);

  it("has both WebAssembly files among its own, and answers with one thread and with two", async () => {
    expect(files.filter((file) => file.endsWith(".wasm"))).toHaveLength(2);
    const model = (await tinyModel()).files[0]?.location?.() ?? "";
    const served = Object.fromEntries(files.map((file) => [file.slice(folder.length).replaceAll("\\", "/"), file]));
    const [browser, pages] = await Promise.all([
      openBrowser(browserProgram ?? ""),
      servePages({ scripts: [], files: { ...served, "/": join(folder, "index.html"), "/tiny.gguf": model } }),
    ]);
    try {
      const page = await browser.context.newPage();
      await page.goto(pages.origin);
      for (const threads of [1, 2]) expect(await page.evaluate((count) => globalThis.ask("What is 17 + 15?", count), threads)).toBe("17 + 15 = 32.");
    } finally {
      await browser.close();
      await pages.close();
    }
  });
});

it("a bundle for browsers has nothing of node-llama-cpp or of Node, and wllama apart from what a page loads at first", async () => {
  const { metafile } = await esbuild({
    stdin: { contents: 'export { llamaCpp } from "@tenfold/adapter-llamacpp";', resolveDir: application, sourcefile: "program.ts" },
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    metafile: true,
    write: false,
    outdir: "/",
    logLevel: "silent",
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => /node-llama-cpp|bindings\/node/.test(path))).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  expect(imports.filter(({ external }) => external)).toEqual([]);
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  expect(Object.keys(first?.inputs ?? {}).filter((path) => path.includes("@wllama"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("@wllama"))).not.toEqual([]);
});
