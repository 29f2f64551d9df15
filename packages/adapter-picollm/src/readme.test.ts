import { openReadme } from "@tenfold/tooling/readme";
import { need } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { plausibleModel } from "../test/plausible-model.ts";
import { frameworkOptionsSchema } from "./options.ts";

const { text, examples, run } = await openReadme(new URL("../README.md", import.meta.url));
const { PICOVOICE_ACCESS_KEY: accessKey, PICOVOICE_MODEL: path } = process.env;

test("the example of the README gets as far as the key", async () => {
  const example = (examples[0] ?? "").replace("process.env.PICOVOICE_ACCESS_KEY", "undefined");
  const failure = await run(example, { files: { "model.pllm": plausibleModel().files[0]?.location?.() ?? "" } }).catch(
    (error: { stderr: string }) => error.stderr,
  );
  expect(failure).toContain("picoLLM needs an AccessKey, and none was given.");
  expect(failure).toContain("Copy the AccessKey from Picovoice Console");
});

test("the example of the README answers", async (context) => {
  need(context, "picollm", accessKey !== undefined && path !== undefined, "set PICOVOICE_ACCESS_KEY and PICOVOICE_MODEL");
  expect((await run(examples[0] ?? "", { files: { "model.pllm": path ?? "" } })).stdout).toMatch(/\S/);
});

test("the README has a row for every option", () => {
  const table = text.split("\n").filter((line) => line.startsWith("| `"));
  for (const option of Object.keys(frameworkOptionsSchema.shape))
    expect(
      table.filter((line) => line.split("|")[1]?.includes(`\`${option}\``)),
      option,
    ).toHaveLength(1);
});
