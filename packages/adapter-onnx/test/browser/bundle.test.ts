import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
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

  it("has ONNX Runtime's files among its own, and answers with two threads", async () => {
    expect(files.filter((file) => file.endsWith(".wasm"))).toHaveLength(3);
    expect(files.filter((file) => /ort-wasm.*\.mjs$/.test(file))).toHaveLength(3);
    const model = Object.fromEntries((await tinyOnnxModel("onnx-gqa")).files.map(({ path, location }) => [`/model/${path}`, location?.() ?? ""]));
    const served = Object.fromEntries(files.map((file) => [file.slice(folder.length).replaceAll("\\", "/"), file]));
    const [browser, pages] = await Promise.all([
      openBrowser(browserProgram ?? ""),
      servePages({ scripts: [], files: { ...served, "/": join(folder, "index.html"), ...model } }),
    ]);
    try {
      const page = await browser.context.newPage();
      await page.goto(pages.origin);
      expect(await page.evaluate(() => globalThis.ask("What is 17 + 15?", 2))).toBe("17 + 15 = 32.");
    } finally {
      await browser.close();
      await pages.close();
    }
  });
});

it("a bundle for browsers has nothing of onnxruntime-node or of Node, and onnxruntime-web apart from what a page loads at first", async () => {
  const { metafile } = await esbuild({
    stdin: { contents: 'export { onnx } from "@tenfold/adapter-onnx";', resolveDir: application, sourcefile: "program.ts" },
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
  expect(inputs.filter((path) => /onnxruntime-node|koffi|bindings\/(?:node|native)/.test(path))).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  expect(imports.filter(({ external, path }) => external && path !== "<runtime>")).toEqual([]);
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  expect(Object.keys(first?.inputs ?? {}).filter((path) => path.includes("onnxruntime-web"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("onnxruntime-web"))).not.toEqual([]);
});
