import { bundleParts } from "@tenfold/tooling/browser";
import { expect, it } from "vitest";

it("a bundle for browsers has nothing of webgpu or of Node, and web-llm apart from what a page loads at first", async () => {
  const { inputs, first, external } = await bundleParts('export { mlc } from "@tenfold/adapter-mlc";', new URL(".", import.meta.url));
  expect(inputs.filter((path) => /\/webgpu\/|react-native|bindings\/node/.test(path))).toEqual([]);
  expect(external).toEqual([]);
  expect(first).not.toEqual([]);
  expect(first.filter((path) => path.includes("web-llm/"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("web-llm/"))).not.toEqual([]);
});
