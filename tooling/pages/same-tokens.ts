import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { FormResult } from "../../packages/adapter-testkit/src/vitest.ts";

const root = new URL("../../", import.meta.url);
const recorded = new URL("docs/same-tokens.json", root);

/** One form of the tiny model through one framework, as a run of the tests last measured it. */
export interface SameTokensRow {
  framework: string;
  precision: string;
  platform: string;
  through?: string;
  /** What a machine needs to measure it again. */
  needs?: string;
  /** Which test: the package's folder, the file in it, the suite's name. */
  package: string;
  file: string;
  suite: string;
  tokens?: number;
  equalTokens?: number;
  perplexity?: number;
  largestDifference?: number;
  /** What the suite states, and fails beyond. */
  limits: { difference: number; perplexity: number };
}

export function recordedRows(): readonly SameTokensRow[] {
  return existsSync(recorded) ? (JSON.parse(readFileSync(recorded, "utf8")) as SameTokensRow[]) : [];
}

/** What was recorded, with what the tests' last runs on this machine measured in place of it. */
export function withLastRuns(rows: readonly SameTokensRow[]): readonly SameTokensRow[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  for (const folder of readdirSync(new URL("packages/", root)).sort()) {
    const report = new URL(`packages/${folder}/.test/report.json`, root);
    if (!existsSync(report)) continue;
    const { forms = [] } = JSON.parse(readFileSync(report, "utf8")) as { forms?: (FormResult & { file: string })[] };
    // A suite has several cases that measure; they make one row.
    const fresh = new Map<string, SameTokensRow>();
    for (const { framework, form, suite, file, measured } of forms) {
      const { precision, platform, through, needs, difference, perplexity } = form;
      const row: SameTokensRow = {
        framework,
        precision,
        platform,
        ...(through === undefined ? {} : { through }),
        ...(needs === undefined ? {} : { needs }),
        package: `packages/${folder}`,
        file,
        suite,
        limits: { difference, perplexity },
      };
      fresh.set(keyOf(row), { ...row, ...fresh.get(keyOf(row)), ...rounded(measured) });
    }
    for (const [key, row] of fresh) byKey.set(key, row);
  }
  return [...byKey.values()].sort((one, other) => keyOf(one).localeCompare(keyOf(other), "en"));
}

/** The README's table. */
export function sameTokensTable(rows: readonly SameTokensRow[], nameOf: (framework: string) => string): string {
  const lines = rows.map((row) => {
    const where = row.through === undefined ? row.platform : `${row.platform}, ${row.through}`;
    const tokens = row.tokens === undefined ? "–" : `${row.equalTokens} of ${row.tokens}`;
    const off = row.largestDifference === undefined ? "not shown" : `${row.largestDifference} (limit ${row.limits.difference})`;
    return `| ${nameOf(row.framework)} | ${row.precision} | ${where} | ${tokens} | ${off} | ${row.perplexity ?? "not shown"} |`;
  });
  return [
    "| Framework | Weights | Where | Tokens as the reference's | Log-probabilities off by at most | Perplexity |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

const keyOf = ({ framework, precision, platform, through = "" }: SameTokensRow) => [framework, precision, platform, through].join(" · ");

/** To what stays the same from processor to processor, more or less. */
function rounded({ perplexity, largestDifference, ...counts }: FormResult["measured"]) {
  return {
    ...counts,
    ...(perplexity === undefined ? {} : { perplexity: Number(perplexity.toFixed(4)) }),
    ...(largestDifference === undefined ? {} : { largestDifference: Number(largestDifference.toPrecision(1)) }),
  };
}
