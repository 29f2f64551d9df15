import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runTenfold } from "../../test/run-tenfold.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_1.gguf", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-convert-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, path);
const tenfold = (...words: string[]) => runTenfold(words, { home: at("home"), hub: "http://127.0.0.1:9" });

it("convert writes a file of the user's into a new folder, and replaces one only when told to", async () => {
  const { stdout, exitCode } = await tenfold("convert", tinyPath, "--to", "onnx", "--output", at("out"));
  expect(stdout).toMatch(/^Wrote .*out \(\d\.\d MB\): every number is kept\.\n$/);
  expect(exitCode).toBe(0);
  expect(await readdir(at("out"))).toEqual(expect.arrayContaining(["model.onnx", "model.onnx_data", "genai_config.json", "tokenizer.json"]));
  expect((await tenfold("convert", tinyPath, "--to", "onnx", "--output", at("out"))).exitCode).toBe(2);
  const forced = await tenfold("convert", tinyPath, "--to", "safetensors", "--type", "F16", "--output", at("out"), "--force", "--json");
  expect(JSON.parse(forced.stdout)).toMatchObject({ folder: at("out"), lossless: false });
});

it("convert takes an installed model by its name", async () => {
  await tenfold("import", tinyPath, "--id", "mine");
  expect((await tenfold("convert", "mine", "--to", "tokenizer.json", "--output", at("tokens"))).exitCode).toBe(0);
  expect(await readdir(at("tokens"))).toContain("tokenizer.json");
  expect((await tenfold("convert", "absent", "--to", "onnx", "--output", at("none"))).exitCode).toBe(3);
  expect((await tenfold("convert", "mine", "--to", "onnx", "--type", "F16", "--output", at("none"))).exitCode).toBe(2);
  expect((await tenfold("convert", "mine", "--output", at("none"))).exitCode).toBe(2);
  expect((await tenfold("convert", "mine", "--to", "gguf", "--output", at("none"))).exitCode).toBe(2);
  expect(existsSync(at("none"))).toBe(false);
});
