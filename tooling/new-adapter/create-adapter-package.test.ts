import { execFile } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { needFullTests } from "../vitest/requirement.ts";
import { createAdapterPackage } from "./create-adapter-package.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
let copy: string;

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), "tenfold-new-adapter-"));
  await mkdir(join(copy, "packages"));
  for (const name of ["turbo.json", "biome.json"]) await copyFile(join(root, name), join(copy, name));
});
afterEach(() => rm(copy, { recursive: true }));

const make = (name: string, title?: string) => createAdapterPackage({ root: pathToFileURL(`${copy}/`), name, title });

test("a skeleton has a name of its own everywhere, and is built before it is packed", async () => {
  expect(make("far-out").folder).toBe("packages/adapter-far-out");
  const folder = join(copy, "packages/adapter-far-out");
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(await readFile(join(entry.parentPath, entry.name), "utf8"), entry.name).not.toMatch(/__\w+__/);
  }
  expect(await readFile(join(folder, "src/node.ts"), "utf8")).toContain("export function farOut(_options: FarOutOptions");
  const { tasks } = JSON.parse(await readFile(join(copy, "turbo.json"), "utf8"));
  const names: string[] = tasks["@tenfold/tooling#test"].dependsOn;
  expect(names).toContain("@tenfold/adapter-far-out#build");
  expect(names).toEqual([...names].sort());
});

test("a name that is no name, or is taken, changes nothing", async () => {
  for (const name of ["", "Acme", "a/b", "..", "a_b", "-a"]) expect(() => make(name)).toThrow("npm run new-adapter -- my-framework");
  make("acme");
  await writeFile(join(copy, "packages/adapter-acme/README.md"), "mine");
  const before = await readFile(join(copy, "turbo.json"), "utf8");
  expect(() => make("acme")).toThrow("packages/adapter-acme is there already.");
  expect(await readFile(join(copy, "packages/adapter-acme/README.md"), "utf8")).toBe("mine");
  expect(await readFile(join(copy, "turbo.json"), "utf8")).toBe(before);
  await expect(access(join(copy, `packages/adapter-acme.${process.pid}`))).rejects.toThrow();
});

test("a skeleton passes lint, types and its own tests", { timeout: 1_800_000 }, async (context) => {
  needFullTests(context);
  const folder = join(copy, make("acme", "Acme Inference").folder);
  await run("git", ["init", "--quiet", copy]);
  await writeFile(join(copy, ".gitignore"), "node_modules\n.test\n");
  await symlink(join(root, "tooling"), join(copy, "tooling"));
  // Dependencies as pnpm lays them out for a package that has at least these.
  await symlink(join(root, "packages/adapter-executorch/node_modules"), join(folder, "node_modules"));
  const program = (name: string, bin: string) => join(dirname(createRequire(join(root, "package.json")).resolve(`${name}/package.json`)), bin);
  await run(process.execPath, [program("@biomejs/biome", "bin/biome"), "check", "--error-on-warnings", "packages"], { cwd: copy });
  await run(process.execPath, [program("typescript", "bin/tsc"), "-p", "tsconfig.json", "--noEmit"], { cwd: folder });
  const vitest = join(root, "packages/adapter-executorch/node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run"], { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  expect(stdout).toMatch(/Tests {2}10 passed/);
});
