import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { beforeEach, expect, test } from "vitest";
import { hostFolder, needsHost } from "../test/compiled-host.ts";
import { executorchPart } from "./parts.ts";

const run = promisify(execFile);

beforeEach(needsHost);

test("the example of the README answers", async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(await readFile(new URL("../README.md", import.meta.url), "utf8"))?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenfold-readme-"));
  const program = fileURLToPath(new URL(`../test/readme-${process.pid}.mts`, import.meta.url));
  try {
    // What was compiled before the tests is there already, so that the example finds nothing to do.
    await cp(hostFolder, join(folder, "models/native-parts", executorchPart.id, executorchPart.version), { recursive: true });
    await mkdir(join(folder, "tenfold-tiny"));
    for (const { path, location } of (await tinyExecutorchModel()).files) await copyFile(location?.() ?? "", join(folder, "tenfold-tiny", path));
    // Beside the package, where its dependencies are found.
    await writeFile(program, example);
    const { stdout } = await run(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program], { cwd: folder });
    expect(stdout).toBe("17 + 15 = 32.");
  } finally {
    await rm(folder, { recursive: true });
    await rm(program, { force: true });
  }
});
