import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { expect, test } from "vitest";
import { frameworkOptionsSchema } from "./options.ts";

const run = promisify(execFile);
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the example of the README answers", { timeout: 120_000 }, async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenfold-readme-"));
  // Beside the package, where its dependencies are found.
  const program = fileURLToPath(new URL(`../test/readme-${process.pid}.mts`, import.meta.url));
  try {
    await copyFile((await tinyModel("q8_0")).files[0]?.location?.() ?? "", join(folder, "tenfold-tiny-q8_0.gguf"));
    await writeFile(program, example);
    const { stdout } = await run(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program], { cwd: folder });
    expect(stdout).toBe("17 + 15 = 32.");
  } finally {
    await rm(folder, { recursive: true });
    await rm(program, { force: true });
  }
});

test("the README has a row for every option", () => {
  const table = readme.split("\n").filter((line) => line.startsWith("| `"));
  for (const option of Object.keys(frameworkOptionsSchema.shape))
    expect(
      table.filter((line) => line.split("|")[1]?.includes(`\`${option}\``)),
      option,
    ).toHaveLength(1);
});
