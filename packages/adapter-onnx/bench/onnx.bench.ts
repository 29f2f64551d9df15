// SmolLM2, converted, beside transformers.js and onnxruntime-genai on the same file: npm run bench -- onnx
import { execFile } from "node:child_process";
import { link, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { convertModel } from "@tenfold/convert";
import { spreadOf } from "@tenfold/core/benchmark";
import { createNodeFiles } from "@tenfold/core/node";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import type { SideFigures, SidePrompt } from "@tenfold/tooling/bench-side";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { build } from "esbuild";
import { installGenai, installTransformers, type Peer } from "./install-peers.ts";
import type { SideTask } from "./side.ts";

const rounds = 3;
const tokens = 64;
const threads = 2;
const positions = [512, 4000];
const run = promisify(execFile);

const { path, reason } = await smollm2();
if (path === undefined) {
  print(`Skipped: ${reason}`);
  process.exit();
}
const home = await mkdtemp(join(tmpdir(), "tenfold-bench-onnx-"));
try {
  await compare(path);
} finally {
  await rm(home, { recursive: true });
}

async function compare(gguf: string): Promise<void> {
  const { files } = await installedFromFile(gguf, "gguf");
  const folder = join(home, "smollm2");
  await convertModel({ files, to: "onnx", target: createNodeFiles(home), folder: "smollm2" });
  // Where transformers.js looks for it.
  await mkdir(join(folder, "onnx"));
  for (const name of ["model.onnx", "model.onnx_data"]) await link(join(folder, name), join(folder, "onnx", name));
  const prompts = join(home, "prompts.json");
  const tokenizer = await createTokenizer(files);
  await writeFile(prompts, JSON.stringify(positions.map((count) => promptOf(tokenizer, count))));
  const task: SideTask = { folder, prompts, tokens, threads };

  const [transformers, genai] = await Promise.all([installTransformers(), installGenai()]);
  const program = (name: string) => fileURLToPath(new URL(`./sides/${name}`, import.meta.url));
  const ours = await bundled(program("tenfold.ts"));
  const sides = {
    tenfold: side(process.execPath, [ours, JSON.stringify(task)]),
    "tenfold in process": side(process.execPath, [ours, JSON.stringify({ ...task, isolation: "none" })]),
    "transformers.js": peerSide(transformers, (at) => side(process.execPath, [program("transformers.mjs"), JSON.stringify(task), at])),
    "onnxruntime-genai": peerSide(genai, (at) => side(at, [program("genai.py"), JSON.stringify(task)])),
    "onnxruntime-node alone": side(process.execPath, [program("raw.mjs"), JSON.stringify(task)]),
  };
  print(
    `SmolLM2 135M Q4_1 as ONNX, ${threads} threads, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}, each side in a process of its own; tenfold is two, whose memory is summed.`,
  );
  const figures = new Map<string, SideFigures[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(sides)) {
      const found = await measure();
      if (typeof found === "string") {
        if (round === 0) print(`${name}: does not run here: ${found}`);
      } else figures.set(name, [...(figures.get(name) ?? []), found]);
    }
  }
  report(figures);
}

function report(figures: ReadonlyMap<string, readonly SideFigures[]>): void {
  const medianOf = (name: string, pick: (one: SideFigures) => number | undefined) =>
    spreadOf((figures.get(name) ?? []).map((one) => pick(one) ?? Number.NaN)).median;
  const line = (label: string, peer: string, goal: string, unit: string, pick: (one: SideFigures) => number | undefined) => {
    if (!figures.has(peer)) return;
    const [ours, theirs] = [medianOf("tenfold", pick), medianOf(peer, pick)];
    print(`${label}: tenfold ${ours.toFixed(1)} ${unit}, ${peer} ${theirs.toFixed(1)}: ${(ours / theirs).toFixed(2)} times${goal}`);
  };
  for (const [at, count] of positions.entries()) {
    const goal = (text: string) => (at === 0 ? ` (goal ${text})` : "");
    line(`decode at ${count}`, "tenfold in process", "", "tok/s", ({ runs }) => runs[at]?.decodeTokensPerSecond);
    line(`decode at ${count}`, "transformers.js", goal("at least 3"), "tok/s", ({ runs }) => runs[at]?.decodeTokensPerSecond);
    line(`decode at ${count}`, "onnxruntime-genai", goal("at least 0.95"), "tok/s", ({ runs }) => runs[at]?.decodeTokensPerSecond);
    line(`first token after ${count}`, "tenfold in process", "", "ms", ({ runs }) => runs[at]?.timeToFirstTokenMs);
    line(`first token after ${count}`, "transformers.js", goal("at most 0.85"), "ms", ({ runs }) => runs[at]?.timeToFirstTokenMs);
    line(`first token after ${count}`, "onnxruntime-genai", "", "ms", ({ runs }) => runs[at]?.timeToFirstTokenMs);
    line(`peak memory at ${count}`, "tenfold in process", "", "MB", ({ runs }) => (runs[at]?.peakBytes ?? 0) / 1e6);
    line(`peak memory at ${count}`, "transformers.js", goal("at most 0.7"), "MB", ({ runs }) => (runs[at]?.peakBytes ?? 0) / 1e6);
    line(`peak memory at ${count}`, "onnxruntime-genai", "", "MB", ({ runs }) => (runs[at]?.peakBytes ?? 0) / 1e6);
    const texts = new Set([...figures.values()].flat().flatMap(({ runs }) => runs[at]?.text ?? []));
    print(`  ${texts.size === 1 ? "all sides wrote the same" : `the sides wrote ${texts.size} texts: 8-bit sums in another order`}`);
  }
  for (const peer of ["tenfold in process", "onnxruntime-node alone", "transformers.js", "onnxruntime-genai"])
    line("load", peer, "", "ms", ({ loadMs }) => loadMs);
}

/** A text that has so many tokens, and does not end by itself soon. */
function promptOf(tokenizer: Tokenizer, count: number): SidePrompt {
  const story = Array.from({ length: 400 }, (_, day) => `On day ${day} the fox ran over hill ${(day * 7) % 101} and looked for the river. `).join("");
  const text = tokenizer.decode([...tokenizer.encode(story).subarray(0, count)]);
  const ids = [...tokenizer.encode(text)];
  if (ids.length !== count) throw new Error(`The prompt has ${ids.length} tokens, not ${count}.`);
  return { text, ids };
}

/** As an application would ship it, with the host's program beside it, for sources that are compiled while they run take memory of their own. */
async function bundled(entry: string): Promise<string> {
  const outdir = fileURLToPath(new URL("../.test", import.meta.url));
  const entryPoints = { "bench-tenfold": entry, "bench-host": fileURLToPath(new URL("./host-program.ts", import.meta.url)) };
  const outExtension = { ".js": ".mjs" };
  await build({ entryPoints, outdir, outExtension, bundle: true, platform: "node", format: "esm", external: ["koffi", "onnxruntime-node"] });
  return join(outdir, "bench-tenfold.mjs");
}

function side(program: string, parameters: readonly string[]): () => Promise<SideFigures> {
  return async () => {
    const { stdout } = await run(program, parameters, { cwd: dirname(fileURLToPath(import.meta.url)), maxBuffer: 1 << 26 });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SideFigures;
  };
}

function peerSide(peer: Peer, start: (path: string) => () => Promise<SideFigures>): () => Promise<SideFigures | string> {
  return "path" in peer ? start(peer.path) : async () => peer.reason;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
