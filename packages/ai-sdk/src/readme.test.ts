import { readFile } from "node:fs/promises";
import { tinyEncoder, tinyModel } from "@tenfold/adapter-testkit/models";
import { errorCodes } from "@tenfold/catalog";
import { openReadme } from "@tenfold/tooling/readme";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { embeddingModelOptionsSchema, languageModelOptionsSchema } from "./provider-options.ts";

const { text, examples, run } = await openReadme(new URL("../README.md", import.meta.url));
const files = Object.fromEntries((await Promise.all([tinyModel(), tinyEncoder()])).map(({ files: [file] }) => [file?.path ?? "", file?.location?.() ?? ""]));

test.for([
  ["the first example answers", "17 + 15 = 32. 18 12\n"],
  ["the example of embeddings finds what means the same", "true\n"],
  ["the example of tools and objects has both", "It is sunny and 18 degrees in Paris.\ncolour count\n"],
  ["the example of progress has it as metadata", "true\n"],
] as const)("%s", { timeout: 120_000 }, async ([title, expected], context) => {
  // Each is a program that loads a model in a process of its own; the first stands for them in the short form.
  if (!title.includes("first")) needFullTests(context);
  const index = ["first", "embeddings", "tools", "progress"].findIndex((word) => title.includes(word));
  expect((await run(examples[index] ?? "", { files })).stdout).toBe(expected);
});

test("the README has a row for every option and names every code that has an error of its own", async () => {
  const cells = text.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.split("|")[1] ?? ""] : []));
  const options = [...Object.keys(languageModelOptionsSchema.shape), ...Object.keys(embeddingModelOptionsSchema.shape)];
  for (const option of [...options, "tenfold", "models", "load", "onProgress", "name"])
    expect(
      cells.filter((cell) => cell.includes(`\`${option}\``)),
      option,
    ).not.toHaveLength(0);
  const source = await readFile(new URL("./errors.ts", import.meta.url), "utf8");
  for (const code of Object.keys(errorCodes).filter((one) => source.includes(`case "${one}"`))) expect(cells.join(), code).toContain(`\`${code}\``);
});
