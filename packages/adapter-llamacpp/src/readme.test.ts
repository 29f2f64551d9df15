import { tinyModel } from "@tenfold/adapter-testkit/models";
import { openReadme } from "@tenfold/tooling/readme";
import { expect, test } from "vitest";
import { frameworkOptionsSchema } from "./options.ts";

const { text, examples, run } = await openReadme(new URL("../README.md", import.meta.url));

test("the example of the README answers", { timeout: 120_000 }, async () => {
  const { files } = await tinyModel("q8_0");
  const { stdout } = await run(examples[0] ?? "", { files: { "tenfold-tiny-q8_0.gguf": files[0]?.location?.() ?? "" } });
  expect(stdout).toBe("17 + 15 = 32.");
});

test("the README has a row for every option", () => {
  const table = text.split("\n").filter((line) => line.startsWith("| `"));
  for (const option of Object.keys(frameworkOptionsSchema.shape))
    expect(
      table.filter((line) => line.split("|")[1]?.includes(`\`${option}\``)),
      option,
    ).toHaveLength(1);
});
