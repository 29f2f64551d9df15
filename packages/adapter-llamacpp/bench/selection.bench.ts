import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore, createTenfold, importModel, type Tenfold } from "@tenfold/core";
import { benchmark, benchmarkModel, spreadOf } from "@tenfold/core/benchmark";
import { nodePlatform } from "@tenfold/core/node";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { llamaCpp } from "../src/node.ts";

/** Prints how fast the configuration that Tenfold chooses is beside every other on this machine. */
const rounds = 3;
/** The tiny model answers in a few milliseconds: single runs say little. */
const repetitions = 9;
const goal = 0.95;
const tiny = (name: string) => fileURLToPath(new URL(`../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${name}.gguf`, import.meta.url));

interface Configuration {
  variant: string;
  threads: number;
}

const home = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
try {
  const platform = nodePlatform({ home });
  const store = createStore(platform);
  for (const name of ["f32", "f16", "q8_0", "q4_0", "q4_1"]) await importModel(platform, store, tiny(name), { id: "tenfold-tiny", variant: `gguf-${name}` });
  const { path, reason } = await smollm2();
  if (path) await importModel(platform, store, path, { id: "smollm2-135m", variant: "gguf-q4_1" });
  else print(`SmolLM2 is left out: ${reason}`);
  const tenfold = createTenfold({ adapters: [llamaCpp()], platform, power: "performance" });
  const threads = Array.from({ length: availableParallelism() }, (_, index) => index + 1);
  print(`Selection: ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, llama.cpp.`);
  print(`Everything is measured once, as \`tenfold bench --threads ${threads.join(",")}\` does; then the fastest is selected, and every configuration`);
  print(`is tried again in ${rounds} rounds, one after the other. Decode speed after a short prompt, medians.`);
  await benchmark(tenfold, platform, { prompts: ["short"], threads, loads: 1, repetitions });
  const models = [...new Set((await store.installed()).map(({ model }) => model))];
  for (const model of models) await compare(tenfold, model, threads);
} finally {
  await rm(home, { recursive: true, force: true });
}

async function compare(tenfold: Tenfold, model: string, threads: readonly number[]): Promise<void> {
  const [chosen] = (await tenfold.select(model, { preference: "speed" })).choices;
  if (!chosen) throw new Error(`Nothing was selected for ${model}.`);
  const variants = (await tenfold.store.installed()).filter((record) => record.model === model).map(({ variant }) => variant.id);
  const all = variants.flatMap((variant) => threads.map((count): Configuration => ({ variant, threads: count })));
  const speeds = new Map<string, number[]>(all.map((one) => [nameOf(one), []]));
  for (let round = 0; round < rounds; round += 1) for (const one of all) speeds.get(nameOf(one))?.push(await speedOf(tenfold, model, one));
  const medians = [...speeds]
    .map(([name, values]) => ({ name, tokensPerSecond: spreadOf(values).median }))
    .sort((left, right) => right.tokensPerSecond - left.tokensPerSecond);
  const name = nameOf({ variant: chosen.variant.id, threads: chosen.configuration.threads });
  const [best] = medians;
  const own = medians.find((one) => one.name === name);
  if (!best || !own) throw new Error(`${name} was selected for ${model} and cannot be tried.`);
  print(
    `${model}: chosen ${name}, ${own.tokensPerSecond.toFixed(1)} tokens/s; best ${best.name}, ${best.tokensPerSecond.toFixed(1)}; ratio ${(own.tokensPerSecond / best.tokensPerSecond).toFixed(2)} (goal ${goal})`,
  );
  print(`  all: ${medians.map((one) => `${one.name} ${one.tokensPerSecond.toFixed(1)}`).join(", ")}`);
}

async function speedOf(tenfold: Tenfold, model: string, { variant, threads }: Configuration): Promise<number> {
  const loaded = await tenfold.load(model, { variant, threads });
  try {
    const { measurements } = await benchmarkModel(
      loaded,
      { clock: { now: () => performance.now(), timestamp: () => "", sleep: async () => {} } },
      { prompts: ["short"], repetitions },
    );
    return measurements[0]?.decodeTokensPerSecond.median ?? 0;
  } finally {
    await loaded.dispose();
  }
}

function nameOf({ variant, threads }: Configuration): string {
  return `${variant} with ${threads} ${threads === 1 ? "thread" : "threads"}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
