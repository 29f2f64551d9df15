import { tinyModel } from "@tenfold/adapter-testkit/models";
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

  it("has both WebAssembly files among its own, and answers with one thread and with two", async () => {
    expect(Object.keys(application.files).filter((path) => path.endsWith(".wasm"))).toHaveLength(2);
    const model = (await tinyModel()).files[0]?.location?.() ?? "";
    const opened = await openPage("/", { scripts: [], files: { ...application.files, "/tiny.gguf": model } });
    try {
      for (const threads of [1, 2]) expect(await opened?.page.evaluate((count) => globalThis.ask("What is 17 + 15?", count), threads)).toBe("17 + 15 = 32.");
    } finally {
      await opened?.close();
    }
  });
});

it("a bundle for browsers has nothing of node-llama-cpp or of Node, and wllama apart from what a page loads at first", async () => {
  const { inputs, first, external } = await bundleParts('export { llamaCpp } from "@tenfold/adapter-llamacpp";', folder);
  expect(inputs.filter((path) => /node-llama-cpp|bindings\/node/.test(path))).toEqual([]);
  expect(external).toEqual([]);
  expect(first).not.toEqual([]);
  expect(first.filter((path) => path.includes("@wllama"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("@wllama"))).not.toEqual([]);
});
