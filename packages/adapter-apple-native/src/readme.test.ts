import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tinyFolderModel } from "@tenfold/adapter-testkit/models";
import { needFullTests } from "@tenfold/tooling/requirement";
import { expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";

const run = promisify(execFile);

test("the example of the README answers", async (context) => {
  needFullTests(context);
  needMlx(context);
  const example = /```ts\n([\s\S]*?)```/.exec(await readFile(new URL("../README.md", import.meta.url), "utf8"))?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "tenfold-readme-"));
  const program = fileURLToPath(new URL(`../test/readme-${process.pid}.mts`, import.meta.url));
  try {
    await mkdir(join(folder, "tenfold-tiny"));
    for (const { path, location } of (await tinyFolderModel()).files) await copyFile(location?.() ?? "", join(folder, "tenfold-tiny", path));
    // The store of the tests has the part.
    const [part = ""] = mlxContext().nativeParts.values();
    await mkdir(join(folder, "models"));
    await symlink(join(part, "../.."), join(folder, "models/native-parts"));
    // Beside the package, where its dependencies are found.
    await writeFile(program, example);
    const { stdout } = await run(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program], { cwd: folder });
    expect(stdout).toBe("17 + 15 = 32.");
  } finally {
    await rm(folder, { recursive: true });
    await rm(program, { force: true });
  }
});
