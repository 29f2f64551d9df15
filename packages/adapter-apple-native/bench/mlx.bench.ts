// SmolLM2, converted, beside mlx-lm by itself on the same folder: npm run bench -- mlx
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { convertModel } from "@tenfold/convert";
import { spreadOf } from "@tenfold/core/benchmark";
import { createNodeFiles } from "@tenfold/core/node";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import type { SideFigures, SidePrompt } from "@tenfold/tooling/bench-side";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { preparedMlx } from "../test/prepare-mlx.ts";
import { mlxLmAlone } from "./install-mlx-lm.ts";
import type { MlxRun, SideTask } from "./side.ts";

const rounds = 3;
const tokens = 24;
const positions = [64];
const run = promisify(execFile);

const { path, reason } = await smollm2();
const mlx = await preparedMlx();
const peer = await mlxLmAlone();
const missing = path === undefined ? reason : "reason" in mlx ? mlx.reason : "reason" in peer ? peer.reason : undefined;
if (path === undefined || !("folder" in mlx) || !("python" in peer)) {
  print(`Skipped: ${missing}`);
  process.exit();
}
const home = await mkdtemp(join(tmpdir(), "tenfold-bench-mlx-"));
try {
  await compare(path, mlx.folder, peer.python);
} finally {
  await rm(home, { recursive: true });
}

async function compare(gguf: string, part: string, peerPython: string): Promise<void> {
  const { files } = await installedFromFile(gguf, "gguf");
  await convertModel({ files, to: "safetensors", type: "BF16", target: createNodeFiles(home), folder: "smollm2" });
  const prompts = join(home, "prompts.json");
  const tokenizer = await createTokenizer(files);
  await writeFile(prompts, JSON.stringify(positions.map((count) => promptOf(tokenizer, count))));
  const task: SideTask = { folder: join(home, "smollm2"), prompts, tokens, part };
  const sides = {
    tenfold: () => side(process.execPath, ["--import", "tsx", program("tenfold.ts"), JSON.stringify(task)]),
    "mlx-lm": () => side(peerPython, [program("mlx_lm_alone.py"), JSON.stringify(task)]),
  };
  print(
    `SmolLM2 135M in BF16, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}, each in a process of its own.`,
  );
  const figures = { tenfold: [] as SideFigures<MlxRun>[], "mlx-lm": [] as SideFigures<MlxRun>[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ["tenfold", "mlx-lm"] as const) figures[name].push(await sides[name]());
  }
  report(figures);
}

function report(figures: Record<"tenfold" | "mlx-lm", readonly SideFigures<MlxRun>[]>): void {
  const line = (label: string, goal: string, unit: string, pick: (one: SideFigures<MlxRun>) => number | undefined) => {
    const [ours, theirs] = [figures.tenfold, figures["mlx-lm"]].map((side) => spreadOf(side.map((one) => pick(one) ?? Number.NaN)).median) as [number, number];
    print(`${label}: tenfold ${ours.toFixed(1)} ${unit}, mlx-lm ${theirs.toFixed(1)}: ${(ours / theirs).toFixed(2)} times${goal}`);
  };
  for (const [at, count] of positions.entries()) {
    line(`decode at ${count}`, " (goal at least 0.95)", "tok/s", ({ runs }) => runs[at]?.decodeTokensPerSecond);
    line(`processor time of a token at ${count}`, "", "ms", ({ runs }) => runs[at]?.decodeCpuMsPerToken);
    line(`first token after ${count}`, "", "ms", ({ runs }) => runs[at]?.timeToFirstTokenMs);
    line(`peak memory at ${count}`, "", "MB", ({ runs }) => (runs[at]?.peakBytes ?? 0) / 1e6);
    const texts = new Set(Object.values(figures).flatMap((side) => side.flatMap(({ runs }) => runs[at]?.text ?? [])));
    print(`  ${texts.size === 1 ? "both sides wrote the same" : `the sides wrote ${texts.size} texts: prompts in other pieces, sums in another order`}`);
  }
  line("load", "", "ms", ({ loadMs }) => loadMs);
}

/** A text that has so many tokens, and does not end by itself soon. */
function promptOf(tokenizer: Tokenizer, count: number): SidePrompt {
  const story = Array.from({ length: 100 }, (_, day) => `On day ${day} the fox ran over hill ${(day * 7) % 101} and looked for the river. `).join("");
  const text = tokenizer.decode([...tokenizer.encode(story).subarray(0, count)]);
  const ids = [...tokenizer.encode(text)];
  if (ids.length !== count) throw new Error(`The prompt has ${ids.length} tokens, not ${count}.`);
  return { text, ids };
}

function program(name: string): string {
  return fileURLToPath(new URL(`./sides/${name}`, import.meta.url));
}

async function side(command: string, words: readonly string[]): Promise<SideFigures<MlxRun>> {
  const { stdout } = await run(command, words, { cwd: fileURLToPath(new URL("..", import.meta.url)), maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SideFigures<MlxRun>;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
