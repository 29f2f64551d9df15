// A model through the adapter beside a loop in C++ over the same libraries: npm run bench -- executorch
// TENFOLD_EXECUTORCH_MODEL names a folder with model.pte and its tokenizer; without it the tiny model is measured.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedFromFiles, tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { type InstalledModel, silentLog } from "@tenfold/core";
import { spreadOf } from "@tenfold/core/benchmark";
import { addNativePart, nativePartName } from "@tenfold/core/native-parts";
import { nodePlatform } from "@tenfold/core/node";
import { createTokenizer } from "@tenfold/tokenizers";
import { executorch } from "../src/node.ts";
import { executorchPart } from "../src/parts.ts";
import { compileLoop } from "./compile-loop.ts";

interface Figures {
  loadMs: number;
  timeToFirstTokenMs: number;
  decodeTokensPerSecond: number;
  tokens: readonly number[];
}

const rounds = 5;
const count = 128;
const threads = 2;
const run = promisify(execFile);
const platform = nodePlatform({ home: fileURLToPath(new URL("../../../.cache/native/bench", import.meta.url)) });

const named = process.env.TENFOLD_EXECUTORCH_MODEL;
const model = named ? await installedFromFolder(named) : await tinyExecutorchModel();
const tokenizer = await createTokenizer(model.files);
const prompt = "Once upon a time there was a fox who lived in the hills and looked for the river. Every day it ran a little further, and one day";
const ids = tokenizer.encode(prompt);
const part = await addNativePart(platform, executorchPart);
const loop = await compileLoop(platform);
const sides = { tenfold: throughAdapter, "the loop in C++": throughLoop };

const figures = new Map<string, Figures[]>();
for (let round = 0; round < rounds; round += 1) {
  for (const [name, measure] of Object.entries(sides)) figures.set(name, [...(figures.get(name) ?? []), await measure()]);
}
print(
  `${model.id}, ${ids.length} prompt tokens, ${count} written, ${threads} threads, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}, each in a process of its own.`,
);
line("decode", "tok/s", "at least 0.95", ({ decodeTokensPerSecond }) => decodeTokensPerSecond);
line("first token", "ms", "", ({ timeToFirstTokenMs }) => timeToFirstTokenMs);
line("load", "ms", "", ({ loadMs }) => loadMs);
const texts = new Set([...figures.values()].flat().map(({ tokens }) => tokenizer.decode([...tokens])));
print(texts.size === 1 ? "both wrote the same" : `they wrote ${texts.size} texts`);

function line(label: string, unit: string, goal: string, pick: (one: Figures) => number): void {
  const [ours = Number.NaN, theirs = Number.NaN] = [...figures.values()].map((all) => spreadOf(all.map(pick)).median);
  print(`${label}: tenfold ${ours.toFixed(1)} ${unit}, the loop ${theirs.toFixed(1)}: ${(ours / theirs).toFixed(2)} times${goal && ` (goal ${goal})`}`);
}

async function throughAdapter(): Promise<Figures> {
  const nativeParts = new Map([[nativePartName(executorchPart), part.folder]]);
  const context = { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts, log: silentLog } as const;
  const begin = performance.now();
  const loaded = await executorch().load(model, context, { threads });
  const loadMs = performance.now() - begin;
  let text = "";
  let timings = { timeToFirstTokenMs: 0, decodeTokensPerSecond: 0 };
  for await (const event of loaded.generate({ prompt, maxTokens: count, sampling: { temperature: 0 } })) {
    if (event.type === "text") text += event.text;
    if (event.type === "finish") timings = event.timings;
  }
  await loaded.dispose();
  return { loadMs, ...timings, tokens: [...tokenizer.encode(text)] };
}

async function throughLoop(): Promise<Figures> {
  const { stdout } = await run(loop, [model.files[0]?.location?.() ?? "", String(threads), String(count), ...[...ids].map(String)]);
  return JSON.parse(stdout) as Figures;
}

async function installedFromFolder(folder: string): Promise<InstalledModel> {
  const names = (await readdir(folder)).sort((one, other) => Number(other.endsWith(".pte")) - Number(one.endsWith(".pte")));
  return installedFromFiles(
    names.map((name) => join(folder, name)),
    "pte",
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
