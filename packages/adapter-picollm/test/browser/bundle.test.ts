import { bundleParts } from "@tenfold/tooling/browser";
import { expect, it } from "vitest";

it("a bundle for browsers has nothing of picollm-node or of Node, and picollm-web apart from what a page loads at first", async () => {
  const { inputs, first, external } = await bundleParts('export { picoLlm } from "@tenfold/adapter-picollm";', new URL("./", import.meta.url));
  expect(inputs.filter((path) => /picollm-node|sharp|bindings\/node/.test(path))).toEqual([]);
  expect(external).toEqual([]);
  expect(first).not.toEqual([]);
  expect(first.filter((path) => path.includes("picollm-web"))).toEqual([]);
  expect(inputs.filter((path) => path.includes("picollm-web"))).not.toEqual([]);
});
