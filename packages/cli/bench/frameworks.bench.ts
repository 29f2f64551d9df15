// Every framework on the same weights, beside its vendor's own program: npm run bench -- frameworks
// In this folder's package, node --import tsx bench/frameworks.bench.ts 1 16 tiny does one round of 16 tokens of models whose name has "tiny" in it.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spreadOf } from "@tenfold/core/benchmark";
import { nodePlatform } from "@tenfold/core/node";
import { type Contest, findContests } from "./contests.ts";
import type { SideFigures } from "./side.ts";
import { createVendors } from "./vendors.ts";

const [rounds = 3, tokens = 64] = process.argv.slice(2, 4).map(Number);
const [, , , , wanted = ""] = process.argv;
const threads = 2;
const goal = 0.95;
const columns = [
  { name: "load", unit: "ms", of: ({ loadMs }: SideFigures) => loadMs },
  { name: "first token", unit: "ms", of: ({ timeToFirstTokenMs }: SideFigures) => timeToFirstTokenMs },
  { name: "prefill", unit: "tok/s", of: ({ prefillTokensPerSecond }: SideFigures) => prefillTokensPerSecond },
  { name: "decode", unit: "tok/s", of: ({ decodeTokensPerSecond }: SideFigures) => decodeTokensPerSecond },
  { name: "memory", unit: "MB", of: ({ peakBytes }: SideFigures) => peakBytes && peakBytes / 1e6 },
] as const;

const platform = nodePlatform({ home: fileURLToPath(new URL("../../../.cache/native/bench", import.meta.url)) });
const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-frameworks-"));
const vendors = createVendors(platform);
try {
  const contests = await findContests({ tokens, threads, folder, wanted }, vendors, print);
  print(
    `${threads} threads, ${tokens} tokens written greedily, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}, each side in a process of its own and in turns; memory is the peak of the process that computes.`,
  );
  print(`Tenfold's figure, the vendor's, and how many times the second the first is; the goal is ${goal} of the vendor's decode speed.\n`);
  print(`| Model | Framework | Weights | Beside | ${columns.map(({ name, unit }) => `${name}, ${unit}`).join(" | ")} |`);
  print(`|---|---|---|---|${columns.map(() => "---|").join("")}`);
  for (const contest of contests) print(await row(contest));
} finally {
  await vendors.close();
  await rm(folder, { recursive: true, force: true });
}

async function row({ model, framework, weights, ours, vendor }: Contest): Promise<string> {
  const measured: { ours: SideFigures[]; theirs: SideFigures[] } = { ours: [], theirs: [] };
  const failures: string[] = "reason" in vendor ? [vendor.reason] : [];
  for (let round = 0; round < rounds; round += 1) {
    try {
      measured.ours.push(await ours());
      if ("measure" in vendor && failures.length === 0) measured.theirs.push(await vendor.measure());
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split("\n").at(0) ?? "") : String(error));
      break;
    }
  }
  const cells = columns.map(({ of }) => cell(median(measured.ours.map(of)), median(measured.theirs.map(of))));
  const beside = "name" in vendor && failures.length === 0 ? vendor.name : `nobody: ${failures.join("; ")}`;
  return `| ${[model, framework, weights, beside, ...cells].join(" | ")} |`;
}

function cell(ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined) return "–";
  return theirs === undefined ? shown(ours) : `${shown(ours)} · ${shown(theirs)} · ${(ours / theirs).toFixed(2)}`;
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  return known.length === 0 ? undefined : spreadOf(known).median;
}

function shown(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
