import { execFile } from "node:child_process";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { detectFormat, validateModel } from "../src/formats/formats.ts";
import { nodePlatform } from "../src/node/platform.ts";
import { largeVocabularyGguf } from "../test/large-vocabulary-gguf.ts";

const run = promisify(execFile);
const client = fileURLToPath(new URL("header-client.ts", import.meta.url));
const samples = fileURLToPath(new URL("../../adapter-testkit/models/tenfold-tiny/", import.meta.url));
const tokens = 150_000;
const processes = 5;
const callsInProcess = 10;
const validations = 5;

/** Prints what reading a header costs beside another reader, and what validation costs for a sample of each format. */
async function formats(): Promise<void> {
  print(`Formats: ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, files in the page cache.`);
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  try {
    const path = join(folder, "large-vocabulary.gguf");
    await headers(path, await writeSparse(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await validate();
}

/** 4 GB of weights that take no room on the disk. */
async function writeSparse(path: string): Promise<number> {
  const { header, sizeBytes } = largeVocabularyGguf({ tokens, sizeBytes: 4e9 });
  const file = await open(path, "w");
  await file.write(header);
  await file.truncate(sizeBytes);
  await file.close();
  return header.length;
}

async function headers(path: string, headerBytes: number): Promise<void> {
  const first = { tenfold: [] as number[], huggingface: [] as number[] };
  const later = { tenfold: [] as number[], huggingface: [] as number[] };
  for (let round = 0; round < processes; round += 1) {
    for (const side of ["huggingface", "tenfold"] as const) {
      const { stdout } = await run(process.execPath, ["--import", "tsx", client, side, path, String(callsInProcess)]);
      const [one = Number.NaN, ...others] = JSON.parse(stdout) as number[];
      first[side].push(one);
      later[side].push(median(others));
    }
  }
  print(`GGUF header, ${tokens} tokens, ${(headerBytes / 1e6).toFixed(1)} MB of a 4 GB file; ${processes} processes for each side in turn, medians:`);
  compare("first call of a process", median(first.tenfold), median(first.huggingface), 0.1);
  compare(`the ${callsInProcess - 1} calls after it`, median(later.tenfold), median(later.huggingface), 0.06);
}

function compare(name: string, tenfoldMs: number, otherMs: number, goal: number): void {
  const ratio = tenfoldMs / otherMs;
  const verdict = ratio <= goal ? "met" : "missed";
  print(`  ${name}: Tenfold ${tenfoldMs.toFixed(1)} ms, @huggingface/gguf ${otherMs.toFixed(1)} ms, ratio ${ratio.toFixed(3)}, goal ${goal} ${verdict}`);
}

async function validate(): Promise<void> {
  print(`Validation of the tiny model in each format, first and median of ${validations} in this process:`);
  const platform = nodePlatform({ home: join(samples, "unused") });
  const folders = (await readdir(samples, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  // What is laid over another model is refused as a model.
  for (const name of folders.filter((folder) => folder !== "lora")) {
    const found = await platform.openLocal?.(join(samples, name));
    // A folder of several quantizations is several models; one of them stands for all.
    const single = found?.filter(({ path }) => path.endsWith(".gguf")).slice(0, 1);
    const files = (single?.length ? single : found) ?? [];
    const handler = await detectFormat(files);
    if (!handler) continue;
    const elapsedMs: number[] = [];
    for (let call = 0; call < validations; call += 1) {
      const startedAt = performance.now();
      await validateModel(handler.format, files);
      elapsedMs.push(performance.now() - startedAt);
    }
    print(`  ${handler.format.padEnd(12)} ${name.padEnd(18)} ${elapsedMs[0]?.toFixed(1)} ms, ${median(elapsedMs).toFixed(1)} ms`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await formats();
