import { expect, test } from "vitest";
import { type PackageResults, summarize } from "./summary.mjs";

const good: PackageResults = {
  name: "@tenfold/core",
  hasTests: true,
  report: { passed: 7, failed: [], skipped: [] },
  coverage: { total: { lines: { total: 10, covered: 9 } } },
};

test("ends with one line that counts everything", () => {
  const { lines, failed } = summarize({ packages: [good, { ...good, name: "@tenfold/cli" }], tasks: [], code: 0 });
  expect(lines.at(-1)).toBe("14 passed, 0 failed, 0 skipped");
  expect(failed).toBe(0);
  expect(lines).toContain("  @tenfold/core   90.0 %         9/10");
});

test("says each reason for skipping once, with the tests it holds for", () => {
  const skipped = [
    { name: "a", reason: "needs chromium" },
    { name: "b", reason: "needs chromium" },
    { name: "c", reason: "long form only" },
  ];
  const { lines } = summarize({ packages: [{ ...good, report: { passed: 1, failed: [], skipped } }], tasks: [], code: 0 });
  const expected = ["Skipped", "  needs chromium", "    @tenfold/core: a", "    @tenfold/core: b", "  long form only", "    @tenfold/core: c"];
  expect(lines.slice(0, 6)).toEqual(expected);
  expect(lines.at(-1)).toBe("1 passed, 0 failed, 3 skipped");
});

test("counts a package whose tests left no report as failed, and names it", () => {
  const { lines, failed } = summarize({ packages: [good, { name: "@tenfold/host", hasTests: true }], tasks: [], code: 1 });
  expect(failed).toBe(1);
  expect(lines).toContain("  @tenfold/host: its tests did not come to an end (or could not begin)");
});

test("when the time was up, what did not come to its end is named, and fails only what had failed by then", () => {
  const ended = { ...good, name: "@tenfold/cli", report: { passed: 1, failed: [{ name: "x", reason: "y" }], skipped: [] } };
  const tasks = [{ package: "@tenfold/host", task: "test", exitCode: 143 }];
  const unfinished = { name: "@tenfold/host", hasTests: true };
  expect(summarize({ packages: [good, unfinished], tasks, code: undefined }).failed).toBe(0);
  const { lines, failed } = summarize({ packages: [good, ended, unfinished], tasks, code: undefined });
  expect(failed).toBe(1);
  const from = lines.indexOf("Not run to the end: the time was up");
  expect(lines.slice(from, from + 5)).toEqual(["Not run to the end: the time was up", "  @tenfold/host", "", "Failed", "  @tenfold/cli: x: y"]);
});

test("does not ask for tests of a package that has none", () => {
  expect(summarize({ packages: [{ name: "sample", hasTests: false }], tasks: [], code: 0 }).failed).toBe(0);
});

test("counts too little coverage as a failure", () => {
  const { lines, failed } = summarize({ packages: [{ ...good, coverage: { total: { lines: { total: 1000, covered: 799 } } } }], tasks: [], code: 0 });
  expect(failed).toBe(1);
  expect(lines.join("\n")).toMatch(/79\.9 % +799\/1000 {2}too low/);
});

test("counts failed types, lint and builds, and a test task that failed with no failing test; not a failing test twice", () => {
  const failing = { ...good, name: "@tenfold/cli", report: { passed: 0, failed: [{ name: "x", reason: "first line\nsecond" }], skipped: [] } };
  const tasks = [
    { package: "@tenfold/core", task: "types", exitCode: 2 },
    { package: "@tenfold/core", task: "lint", exitCode: 0 },
    { package: "@tenfold/core", task: "test", exitCode: 1 },
    { package: "@tenfold/cli", task: "test", exitCode: 1 },
    { package: "@tenfold/cli", task: "lint" },
  ];
  const { lines, failed } = summarize({ packages: [good, failing], tasks, code: 1 });
  expect(failed).toBe(3);
  expect(lines.slice(lines.indexOf("Failed"))).toEqual([
    "Failed",
    "  @tenfold/cli: x: first line",
    "  @tenfold/core: types ended with 2",
    "  @tenfold/core: test ended with 1",
    "",
    "7 passed, 3 failed, 0 skipped",
  ]);
});

test("is never green when turbo is not", () => {
  expect(summarize({ packages: [good], tasks: [], code: 130 }).lines.at(-1)).toBe("7 passed, 1 failed, 0 skipped");
});
