import { readFileSync } from "node:fs";
import { join } from "node:path";
import { need } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { describe, expect, test } from "vitest";
import { modelFile, packagedTokenizer, tinyModelFile } from "../test/files.ts";
import { checkChatTemplate } from "./check-template.ts";
import { createTokenizer } from "./create-tokenizer.ts";

interface Config {
  chat_template: string;
  bos_token?: string | { content: string } | null;
}

function packaged(name: string) {
  const { chat_template: source, bos_token } = JSON.parse(readFileSync(join(packagedTokenizer(name), "tokenizer_config.json"), "utf8")) as Config;
  const bosToken = typeof bos_token === "object" ? bos_token?.content : bos_token;
  return { source, specialTokens: [], ...(bosToken === undefined ? {} : { bosToken }), ...(name === "mistral_nemo" ? { eosToken: "</s>" } : {}) };
}

/** As Microsoft publishes it; its file is not at hand. */
const phi4 = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '<|im_sep|>' + message['content'] + '<|im_end|>' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}",
].join("");

describe("the templates that models are published with render what is known of their family", () => {
  test.each([
    ["llama3_2", "Llama 3.2", 4],
    ["gemma3", "Gemma 3", 2],
    ["qwen3", "Qwen 3", 4],
    ["deepseek_v3", "DeepSeek V3", 2],
    ["mistral_nemo", "Mistral Nemo", 4],
  ])("%s", (name, family, count) => {
    const eosToken = name === "deepseek_v3" ? { eosToken: "<｜end▁of▁sentence｜>" } : {};
    const check = checkChatTemplate({ ...packaged(name), ...eosToken });
    expect(check.differences).toEqual([]);
    expect(check).toMatchObject({ family, checked: { length: count } });
  });

  test("Phi 4", () => {
    expect(checkChatTemplate({ source: phi4, specialTokens: [] })).toEqual({
      family: "Phi 4",
      checked: ["question", "turns"],
      differences: [],
      tokenDifferences: [],
    });
  });

  test("SmolLM2, from its GGUF", async (context) => {
    const { path, reason } = await smollm2();
    need(context, "smollm2", path !== undefined, reason ?? "");
    if (path === undefined) return;
    const { chatTemplate } = await createTokenizer([modelFile(path)]);
    expect(checkChatTemplate(chatTemplate ?? { source: "", specialTokens: [] })).toEqual({
      family: "SmolLM2",
      checked: ["question", "turns"],
      differences: [],
      tokenDifferences: [],
    });
  });
});

test("Tenfold Tiny's prompts come out token by token as Python's tokenizers makes them, and a tokenizer that makes others is told", async () => {
  const tokenizer = await createTokenizer([modelFile(tinyModelFile("gguf/tenfold-tiny-q8_0.gguf"))]);
  const template = tokenizer.chatTemplate ?? { source: "", specialTokens: [] };
  const asTrained = { family: "Tenfold Tiny", checked: ["question", "turns", "tools", "result"], differences: [], tokenDifferences: [] };
  expect(checkChatTemplate(template, tokenizer)).toEqual(asTrained);
  const other = { vocabularySize: tokenizer.vocabularySize, encodePrompt: () => Int32Array.of(1, 2) };
  expect(checkChatTemplate(template, other).tokenDifferences).toMatchObject([{ conversation: "question", encoded: [1, 2] }, { conversation: "turns" }]);
  expect(checkChatTemplate(template, { ...other, vocabularySize: 7 })).toEqual(asTrained);
});

describe("a template that", () => {
  test("was changed is told from the published one, with what it renders", () => {
    const qwen = packaged("qwen3");
    const { differences } = checkChatTemplate({ ...qwen, source: qwen.source.replaceAll("<|im_end|>", "<|im_end|> ") });
    expect(differences.map(({ conversation }) => conversation)).toEqual(["question", "turns", "tools", "result"]);
    expect(differences[0]?.rendered).toContain("<|im_end|> \n");
    expect(differences[0]?.expected).not.toContain("<|im_end|> \n");
  });

  test("fails on a conversation differs by what it says", () => {
    const { differences } = checkChatTemplate({ source: `{{ raise_exception('no <|im_sep|> today') }}`, specialTokens: [] });
    expect(differences).toMatchObject([{ rendered: expect.stringContaining("no <|im_sep|> today") }, { conversation: "turns" }]);
  });

  test("is nobody's has nothing to be compared with, and one that is no Jinja is refused", () => {
    expect(checkChatTemplate({ source: "{{ messages[0].content }}", specialTokens: [] })).toEqual({ checked: [], differences: [], tokenDifferences: [] });
    expect(() => checkChatTemplate({ source: "{% for", specialTokens: [] })).toThrow(expect.objectContaining({ code: "template-failed" }));
  });
});
