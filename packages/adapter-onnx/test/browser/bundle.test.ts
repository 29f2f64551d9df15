import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { type BuiltApplication, buildApplication, bundleParts, needsChromium, openPage } from "@tenfold/tooling/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const folder = new URL("./application/", import.meta.url);

describe("an application that Vite has built", () => {
  let application: BuiltApplication;
  beforeAll(async () => {
    application = await buildApplication(folder);
  });
  afterAll(() => application?.remove());
  beforeEach(needsChromium);

  it("has ONNX Runtime's files among its own, and answers with two threads", async () => {
    const paths = Object.keys(application.files);
    expect(paths.filter((path) => path.endsWith(".wasm"))).toHaveLength(3);
    expect(paths.filter((path) => /ort-wasm.*\.mjs$/.test(path))).toHaveLength(3);
    const model = Object.fromEntries((await tinyOnnxModel("onnx-gqa")).files.map(({ path, location }) => [`/model/${path}`, location?.() ?? ""]));
    const opened = await openPage("/", { scripts: [], files: { ...application.files, ...model } });
    try {
      expect(await opened?.page.evaluate(() => globalThis.ask("What is 17 + 15?", 2))).toBe("17 + 15 = 32.");
    } finally {
      await opened?.close();
    }
  });
});

it("a bundle for browsers has nothing of onnxruntime-node or of Node, and onnxruntime-web apart from what a page loads at first", async () => {
  const { inputs, first, external } = await bundleParts('export { onnx } from "@tenfold/adapter-onnx";', folder);
  expect(inputs.filter((path) => /onnxruntime-node|koffi|bindings\/(?:node|native)/.test(path))).toEqual([]);
  expect(external).toEqual([]);
  expect(first).not.toEqual([]);
  expect(first.filter((path) => path.includes("onnxruntime-web"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("onnxruntime-web"))).not.toEqual([]);
});
