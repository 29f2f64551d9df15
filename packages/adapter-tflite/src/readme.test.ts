import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tinyLiteRtLmModel } from "@tenfold/adapter-testkit/models";
import { expect, test } from "vitest";
import { liteRtLmHome, needLiteRtLm } from "../test/litert-lm-context.ts";

const run = promisify(execFile);

test("the example of the README answers", async (context) => {
  needLiteRtLm(context);
  const example = /```ts\n([\s\S]*?)```/.exec(await readFile(new URL("../README.md", import.meta.url), "utf8"))?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenfold-readme-"));
  const program = fileURLToPath(new URL(`../test/readme-${process.pid}.mts`, import.meta.url));
  try {
    for (const { path, location } of (await tinyLiteRtLmModel()).files) await copyFile(location?.() ?? "", join(folder, path));
    // Beside the package, where its dependencies are found.
    await writeFile(program, example);
    const environment = { ...process.env, TENFOLD_HOME: liteRtLmHome };
    const { stdout } = await run(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program], { cwd: folder, env: environment });
    expect(stdout).toBe("17 + 15 = 32.");
  } finally {
    await rm(folder, { recursive: true });
    await rm(program, { force: true });
  }
});
