import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { openReadme } from "@tenfold/tooling/readme";
import { expect, test } from "vitest";

const { examples, run } = await openReadme(new URL("../README.md", import.meta.url));

test("the example of the README answers", async () => {
  const model = await tinyOnnxModel("onnx-gqa");
  const files = Object.fromEntries(model.files.map(({ path, location }) => [`tenfold-tiny/${path}`, location?.() ?? ""]));
  expect((await run(examples[0] ?? "", { files })).stdout).toBe("17 + 15 = 32.");
});
