import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workspacePackages } from "../bootstrap/workspace-packages.mjs";
import { fullTests } from "../vitest/requirement.ts";
import { installPacked } from "./install-packed.mjs";

const run = promisify(execFile);
const minutes = 60_000;
const published = workspacePackages().filter(({ manifest }) => !manifest.private);
// The short form takes the one package that needs no other; the long form installs them all side by side.
const packages = fullTests ? published : published.filter(({ name }) => name === "@tenfold/catalog");
const specifiers = packages.flatMap(({ name, manifest }) => Object.keys(manifest.exports).map((key) => name + key.slice(1)));

describe("packed and installed with npm", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "packed-"));
    const peers = Object.assign({}, ...packages.map(({ manifest }) => manifest.peerDependencies ?? {}));
    await installPacked(
      packages.map(({ name }) => name),
      { folder, others: peers },
    );
  }, 10 * minutes);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(packages)("$name ships what was built, and neither sources nor tests", ({ name }) => {
    const installed = join(folder, "node_modules", name);
    expect(existsSync(join(installed, "dist"))).toBe(true);
    // What lies in node_modules npm has put there, for versions that packages do not share.
    const files = readdirSync(installed, { recursive: true })
      .map(String)
      .filter((file) => !/^node_modules(\/|$)/.test(file));
    expect(files.filter((file) => /^(src|test)(\/|$)|\.test\.|\.tsbuildinfo$/.test(file))).toEqual([]);
    const manifest = readFileSync(join(installed, "package.json"), "utf8");
    expect(manifest).not.toMatch(/workspace:|catalog:|\.\/src\//);
  });

  // A worker's script runs in a worker alone, and gives nothing to whoever imports it.
  test.each(specifiers.filter((specifier) => !specifier.endsWith("/worker")))("%s can be imported by Node", async (specifier) => {
    const attributes = specifier.endsWith(".json") ? ', { with: { type: "json" } }' : "";
    const source = `const module = await import(${JSON.stringify(specifier)}${attributes}); process.stdout.write(String(Object.keys(module).length));`;
    const { stdout } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", source], { cwd: folder });
    expect(Number(stdout)).toBeGreaterThan(0);
  });

  test("type-checks in a strict program that checks declarations too", async () => {
    const lines = specifiers.map((specifier, index) => {
      const attributes = specifier.endsWith(".json") ? ' with { type: "json" }' : "";
      return `import * as module${index} from ${JSON.stringify(specifier)}${attributes};\nexport const names${index}: string[] = Object.keys(module${index});`;
    });
    writeFileSync(join(folder, "consumer.ts"), lines.join("\n"));
    const compilerOptions = {
      module: "nodenext",
      target: "es2022",
      strict: true,
      noEmit: true,
      resolveJsonModule: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [fileURLToPath(new URL("../node_modules/@types", import.meta.url))],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const errors = await run(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: folder }).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    // What others publish may not pass; ours must.
    const ours = errors.split("\n").filter((line) => /error TS/.test(line) && /^(?:consumer\.ts|node_modules\/@tenfold\/[^/]+\/(?!node_modules\/))/.test(line));
    expect(ours).toEqual([]);
  });
});
