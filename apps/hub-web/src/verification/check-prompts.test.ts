import type { ModelFile } from "@tenfold/core";
import { expect, test } from "vitest";
import { tinyModelBytes } from "../../test/tiny-model-bytes.ts";
import { checkPrompts } from "./check-prompts.ts";

const file = (path: string, bytes: Uint8Array): ModelFile => ({
  path,
  sizeBytes: bytes.length,
  read: async (range) => bytes.slice(range?.start ?? 0, range?.end ?? bytes.length),
});

/** What is found of the tiny tokenizer with another chat template. */
async function template(source: string) {
  const files = [file("tokenizer.json", tinyModelBytes("hf/tokenizer.json")), file("chat_template.jinja", Buffer.from(source))];
  const { checks } = await checkPrompts(files, new AbortController().signal);
  return checks.find(({ name }) => name === "chat template");
}

const turns = "{% for message in messages %}<|im_start|>{{ message.role }}<|im_sep|>{{ message.content }}<|im_end|>{% endfor %}";

test("a template of a well-known family is compared with the prompts that its models were trained with", async () => {
  const published = `${turns}{% if add_generation_prompt %}<|im_start|>assistant<|im_sep|>{% endif %}`;
  expect(await template(published)).toMatchObject({ outcome: "passed", detail: expect.stringContaining("2 came out as Phi 4 was trained with") });
  expect(await template(turns)).toMatchObject({ outcome: "noted", detail: expect.stringMatching(/^2 of 2 conversations come out otherwise than Phi 4/) });
  expect(await template("{% for message in messages %}{{ message.content }}{% endfor %}")).toMatchObject({
    outcome: "passed",
    detail: expect.stringContaining("No golden prompts are known"),
  });
});

test("a template that leaves out what people say, or is none, fails", async () => {
  expect(await template("{{ messages[0].role }}")).toMatchObject({ outcome: "failed" });
  expect(await template("{% for")).toMatchObject({ outcome: "failed" });
});
