import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const configuration = fileURLToPath(new URL("./package-tests.mjs", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sample-package-"));
  mkdirSync(join(folder, "src"));
  const source = `import { packageTests } from ${JSON.stringify(configuration)};\nexport default packageTests({ test: { globals: true } });\n`;
  writeFileSync(join(folder, "vitest.config.mjs"), source);
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(environment: Record<string, string> = {}) {
  const { status } = spawnSync(process.execPath, [vitest, "run"], { cwd: folder, env: { ...process.env, TENFOLD_COVERAGE: "0", ...environment } });
  const file = join(folder, ".test/report.json");
  return { status, report: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined };
}

test("writes what passed, what failed, and what was skipped with its reason", () => {
  writeFileSync(
    join(folder, "src/sample.test.ts"),
    `describe("a thing", () => {
      test("works", () => {});
      test("fails", () => { expect(1).toBe(2); });
      test("needs a browser", (context) => context.skip("needs chromium: install it"));
      test.skip("is switched off", () => {});
    });`,
  );
  writeFileSync(join(folder, "src/broken.test.ts"), `import "./nothing-here.ts";`);
  const { status, report } = run();
  expect(status).toBe(1);
  expect(report.passed).toBe(1);
  expect(report.skipped).toEqual([
    { name: "src/sample.test.ts > a thing > needs a browser", reason: "needs chromium: install it" },
    { name: "src/sample.test.ts > a thing > is switched off", reason: "no reason given" },
  ]);
  const failed = report.failed.map(({ name }: { name: string }) => name);
  expect(failed.sort()).toEqual(["src/broken.test.ts", "src/sample.test.ts > a thing > fails"]);
});

test("counts a failing hook and an error outside of tests as failures", () => {
  writeFileSync(join(folder, "src/hook.test.ts"), `describe("set-up", () => { beforeAll(() => { throw new Error("no"); }); test("never runs", () => {}); });`);
  writeFileSync(join(folder, "src/late.test.ts"), `test("leaves a rejection", () => { void Promise.reject(new Error("late")); });`);
  const { status, report } = run();
  expect(status).toBe(1);
  expect(report.failed.map(({ reason }: { reason: string }) => reason)).toEqual(expect.arrayContaining(["no", "late"]));
});

test("writes line coverage when asked, of files that no test imports too", () => {
  writeFileSync(join(folder, "src/used.ts"), "export const used = () => 1;\n");
  writeFileSync(join(folder, "src/unused.ts"), "export const unused = () => 1;\n");
  writeFileSync(join(folder, "src/used.test.ts"), `import { used } from "./used.ts"; test("is used", () => expect(used()).toBe(1));`);
  expect(run({ TENFOLD_COVERAGE: "1" }).status).toBe(0);
  const { total } = JSON.parse(readFileSync(join(folder, ".test/coverage/coverage-summary.json"), "utf8"));
  expect(total.lines).toMatchObject({ total: 2, covered: 1, pct: 50 });
});
