import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { browserProgram } from "../browser/index.ts";
import { need } from "../vitest/requirement.ts";
import { recordedRows } from "./same-tokens.ts";

const rows = recordedRows();
const onPath = (...names: string[]) => (process.env.PATH ?? "").split(delimiter).some((folder) => names.some((name) => existsSync(join(folder, name))));

/** What a row may need, whether it is here, and how it is got. */
const requirements: Readonly<Record<string, { present: boolean; remedy: string }>> = {
  chromium: { present: browserProgram !== undefined, remedy: "apt-get install -y chromium" },
  python: { present: onPath("python3"), remedy: "Python 3.11 or newer with pip" },
  compiler: { present: onPath("g++", "clang++"), remedy: "g++ or clang" },
};

test("every framework that runs in these tests has a row, and one in full precision", () => {
  const exact = new Set(rows.filter(({ precision }) => precision === "F32").map(({ framework }) => framework));
  expect([...exact].sort()).toEqual(expect.arrayContaining(["executorch", "llama.cpp", "mlx", "onnx-runtime"]));
  expect(rows.map(({ framework }) => framework)).toEqual(expect.arrayContaining(["litert", "litert-lm"]));
});

describe("what the README says of a form is what its suite states", () => {
  test.each(rows)("$framework, $precision, $platform $through", ({ precision, tokens, equalTokens, perplexity = 1, largestDifference = 0, limits }) => {
    expect(tokens).toBeGreaterThanOrEqual(64);
    expect(equalTokens).toBe(tokens);
    expect(perplexity).toBeLessThanOrEqual(limits.perplexity);
    expect(largestDifference).toBeLessThanOrEqual(limits.difference);
    if (precision === "F32") expect(limits.difference).toBeLessThanOrEqual(0.001);
  });
});

describe("this machine can measure it again", () => {
  test.for(rows)("$framework, $precision, $platform $through: npm run test:full -- $package", (row, context) => {
    for (const name of row.needs?.split(" ") ?? []) {
      const requirement = requirements[name];
      if (!requirement) throw new Error(`Nobody knows how a machine comes to have ${name}.`);
      need(context, name, requirement.present, requirement.remedy);
    }
    const file = new URL(`../../${row.package}/${row.file}`, import.meta.url);
    expect(readFileSync(file, "utf8")).toContain("form");
  });
});
