import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const biome = join(dirname(createRequire(join(root, "package.json")).resolve("@biomejs/biome/package.json")), "bin/biome");

const forbidden: [file: string, source: string, rule: string][] = [
  ["packages/catalog/src/a.ts", 'import "@tenfold/core";', "noRestrictedImports"],
  ["packages/catalog/src/b.ts", 'import "@tenfold/tokenizers/templates";', "noRestrictedImports"],
  ["packages/core/src/a.ts", 'import "@tenfold/tokenizers";', "noRestrictedImports"],
  ["packages/core/src/b.ts", 'import type { Host } from "@tenfold/host";', "noRestrictedImports"],
  ["packages/core/src/c.ts", 'export { adapter } from "@tenfold/adapter-llamacpp/profile";', "noRestrictedImports"],
  ["packages/core/src/d.ts", 'export const late = () => import("@tenfold/cli");', "noRestrictedImports"],
  ["packages/core/src/e.ts", 'import "../../catalog/src/index.ts";', "noRestrictedImports"],
  ["packages/tokenizers/src/a.ts", 'import "@tenfold/generation";', "noRestrictedImports"],
  ["packages/generation/src/a.ts", 'import "@tenfold/host";', "noRestrictedImports"],
  ["packages/host/src/a.ts", 'import "@tenfold/generation/parse";', "noRestrictedImports"],
  ["packages/adapter-onnx/src/a.ts", 'import "@tenfold/adapter-llamacpp";', "noRestrictedImports"],
  ["packages/adapter-onnx/src/b.ts", 'import "@tenfold/adapter-testkit";', "noRestrictedImports"],
  ["packages/adapter-testkit/src/a.ts", 'import "@tenfold/cli";', "noRestrictedImports"],
  ["packages/cli/src/a.ts", 'import "@tenfold/ai-sdk";', "noRestrictedImports"],
  ["packages/cli/src/b.ts", 'import "@tenfold/adapter-testkit";', "noRestrictedImports"],
  ["packages/core/src/f.ts", "export const home = process.env.HOME;", "noProcessEnv"],
  ["packages/adapter-onnx/src/c.ts", "export const home = process.env.HOME;", "noProcessEnv"],
  ["packages/core/src/store/a.ts", 'export { readFileSync } from "node:fs";', "noNodejsModules"],
  ["packages/generation/src/b.ts", 'export { readFileSync } from "node:fs";', "noNodejsModules"],
];

const allowed: [file: string, source: string][] = [
  ["packages/core/src/good.ts", 'import "@tenfold/catalog";\nimport "@tenfold/catalog/json-schema";'],
  ["packages/core/src/node/good.ts", 'export { readFileSync } from "node:fs";'],
  ["packages/core/src/node.ts", 'export { readFileSync } from "node:fs";'],
  ["packages/core/src/store/good.ts", 'import "../deep/within.ts";'],
  [
    "packages/core/src/store/good.test.ts",
    'import "@tenfold/adapter-testkit";\nexport const home = process.env.HOME;\nexport { readFileSync } from "node:fs";',
  ],
  ["packages/host/src/good.ts", 'import "@tenfold/core";\nexport { spawn } from "node:child_process";'],
  ["packages/adapter-onnx/src/good.ts", 'import "@tenfold/generation/parse";\nimport "@tenfold/host";'],
  ["packages/adapter-onnx/test/good.test.ts", 'import "@tenfold/adapter-testkit";'],
  ["packages/cli/src/good.ts", 'import "@tenfold/adapter-onnx";\nexport const home = process.env.HOME;'],
  ["apps/hub-web/src/good.ts", 'import "@tenfold/catalog";\nexport const home = process.env.HOME;'],
];

let folder: string;
let found: { file: string; rule: string }[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-rules-"));
  execFileSync("git", ["init", "--quiet", folder]);
  writeFileSync(join(folder, ".gitignore"), "");
  copyFileSync(join(root, "biome.json"), join(folder, "biome.json"));
  for (const [file, source] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${source}\n`);
  }
  const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."], { cwd: folder, encoding: "utf8" });
  found = JSON.parse(stdout).diagnostics.map((each: { category: string; location: { path: string | { file: string } } }) => ({
    file: typeof each.location.path === "string" ? each.location.path : each.location.path.file,
    rule: each.category.split("/").at(-1),
  }));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(forbidden)("%s may not say: %s", (file, _source, rule) => {
  expect(found).toContainEqual({ file, rule });
});

test.each(allowed)("%s may say: %s", (file) => {
  expect(found.filter((each) => each.file === file)).toEqual([]);
});
