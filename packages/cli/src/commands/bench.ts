import { type Measurement, parse, promptNameSchema, type Spread } from "@tenfold/catalog";
import { type BenchmarkReport, benchmark } from "@tenfold/core/benchmark";
import { type GlobalOptions, openPlatform, openTenfold, type Session, splitModelName } from "../session.ts";
import { createStatusLine } from "../terminal/status-line.ts";
import { formatTable } from "../terminal/table.ts";

export interface BenchOptions {
  framework?: readonly string[];
  prompt?: readonly string[];
  tokens?: number;
  repetitions?: number;
  contextSize?: number;
  threads?: readonly number[];
  sustained?: number;
  atOnce?: boolean;
}

export async function bench(session: Session, models: readonly string[], options: GlobalOptions & BenchOptions, signal: AbortSignal): Promise<void> {
  const { framework, prompt, tokens, repetitions, contextSize, threads, sustained, atOnce = false } = options;
  const status = createStatusLine(session.stderr);
  const report = await benchmark(openTenfold(session, options), openPlatform(session, options), {
    ...(models.length > 0 ? { models: models.map(splitModelName) } : {}),
    ...(framework ? { frameworks: framework } : {}),
    ...(prompt ? { prompts: prompt.map((name) => parse(promptNameSchema, name, "--prompt", "invalid-input")) } : {}),
    ...(tokens === undefined ? {} : { generatedTokens: tokens }),
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(sustained === undefined ? {} : { sustainedMs: sustained * 1000 }),
    ...(contextSize === undefined ? {} : { load: { contextSize } }),
    ...(threads ? { threads } : {}),
    atOnce,
    signal,
    onProgress: ({ model, variant, framework: by, doing, fraction }) => status.show(`${Math.floor(fraction * 100)} %  ${model}:${variant}, ${by}: ${doing}`),
  }).finally(status.end);
  if (options.json) session.stdout.write(`${JSON.stringify(report)}\n`);
  else session.stdout.write(describe(report, session.stdout.columns));
}

const barWidth = 20;

function describe({ measurements, skipped }: BenchmarkReport, columns: number | undefined): string {
  const fastest = Math.max(1, ...measurements.map(({ decodeTokensPerSecond }) => decodeTokensPerSecond.median));
  const rows = measurements.map((one) => [
    `${one.model}:${one.variant}`,
    one.framework,
    one.accelerator,
    one.prompt ?? "",
    one.threads === undefined ? "" : String(one.threads),
    shown(one.timeToFirstTokenMs, 0),
    shown(one.prefillTokensPerSecond, 1),
    shown(one.decodeTokensPerSecond, 1),
    "█".repeat(Math.max(1, Math.round((barWidth * one.decodeTokensPerSecond.median) / fastest))),
  ]);
  const headings = ["MODEL", "FRAMEWORK", "ON", "PROMPT", "THREADS", "FIRST TOKEN MS", "PREFILL TOK/S", "DECODE TOK/S", ""];
  const table = rows.length > 0 ? formatTable(headings, rows, columns) : "Nothing was measured: no installed model runs here.\n";
  const kept = measurements.flatMap(sustainedLine).join("");
  return `${table}${kept}${skipped.map(({ model, variant, framework, reason }) => `left out: ${model}:${variant}, ${framework}: ${reason}\n`).join("")}`;
}

/** "41.2 ±3 %": the median, and how far the runs lie apart. */
function shown({ median, minimum, maximum }: Spread, digits: number): string {
  const spread = median > 0 ? Math.round(((maximum - minimum) * 50) / median) : 0;
  return `${median.toFixed(digits)} ±${spread} %`;
}

function sustainedLine({ model, variant, framework, sustained }: Measurement): string[] {
  if (!sustained) return [];
  const { durationSeconds, firstDecodeTokensPerSecond: first, lastDecodeTokensPerSecond: last } = sustained;
  return [`${model}:${variant}, ${framework}: ${first.toFixed(1)} tokens/s at first, ${last.toFixed(1)} after ${Math.round(durationSeconds)} s\n`];
}
