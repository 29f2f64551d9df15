import { openReadme } from "@tenfold/tooling/readme";
import { expect, test } from "vitest";
import { tinyPath } from "../test/seeded-model.ts";

const { examples, run } = await openReadme(new URL("../README.md", import.meta.url));

test("the example of the README converts a model", async () => {
  const { stdout, files } = await run(examples[0] ?? "", { files: { "model.gguf": tinyPath("q8_0") } });
  expect(stdout).toBe("true\n");
  expect(files).toContain("model-onnx/model.onnx");
});
