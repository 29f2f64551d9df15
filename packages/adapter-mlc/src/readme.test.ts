import { openReadme } from "@tenfold/tooling/readme";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { mlcFolder } from "../test/mlc-folder.ts";

const { examples, run } = await openReadme(new URL("../README.md", import.meta.url));

test("the first example of the README says whether MLC-LLM runs here, or what helps", async () => {
  expect((await run(examples[0] ?? "")).stdout).toMatch(/^mlc-llm (?:\[|Install a driver)/);
});

test("the second asks for a folder, and says what it lacks where its library is hollow", async (context) => {
  needFullTests(context);
  const made = await mlcFolder();
  const files = Object.fromEntries(made.paths.map((path) => [`Qwen2.5-0.5B-Instruct-q4f32_1-MLC/${path}`, `${made.folder}/${path}`]));
  await expect(run(examples[1] ?? "", { files })).rejects.toThrow(/framework-unavailable|holds no compiled model/);
  await made.remove();
});
