import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { tinyPath } from "../test/seeded-model.ts";

const run = promisify(execFile);

test("the example of the README converts a model", async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(await readFile(new URL("../README.md", import.meta.url), "utf8"))?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenfold-convert-"));
  const program = fileURLToPath(new URL(`../test/readme-${process.pid}.mts`, import.meta.url));
  try {
    await copyFile(tinyPath("q8_0"), join(folder, "model.gguf"));
    // Beside the package, where its dependencies are found.
    await writeFile(program, example);
    const tsx = fileURLToPath(import.meta.resolve("tsx"));
    const { stdout } = await run(process.execPath, ["--import", tsx, program], { cwd: folder });
    expect(stdout).toBe("true\n");
    expect(await readdir(join(folder, "model-onnx"))).toContain("model.onnx");
  } finally {
    await rm(folder, { recursive: true });
    await rm(program, { force: true });
  }
});
