// SmolLM2 in a host process, beside node-llama-cpp used directly and a program in C++ over the same libraries: npm run bench -- llamacpp
// In this folder's package, node --import tsx bench/llamacpp.bench.ts 1 32 does one round of 32 tokens instead of five of 96.
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel, LoadOptions } from "@tenfold/core";
import { spreadOf } from "@tenfold/core/benchmark";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { llamaCpp } from "../src/node.ts";
import { compileNativeProgram } from "./native-program.ts";
import { openProgram } from "./open-program.ts";

const rounds = Number(process.argv[2] ?? 5);
const tokens = Number(process.argv[3] ?? 96);
const contextSize = 2048;
const { path, reason } = await smollm2();
if (path === undefined) {
  print(`Skipped: ${reason}`);
  process.exit();
}
const installed = await installedFromFile(path, "gguf");
const adapter = llamaCpp({ gpu: false });
const native = await compileNativeProgram().catch((error: unknown) => {
  print(`The program in C++ is left out: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
});
print(
  `SmolLM2 135M Q4_1, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}.`,
);

for (const threads of [2, 1]) await decodeSpeed(threads);
await secondTurn();
await fourConversations();
await loadTime();
await native?.remove();

async function decodeSpeed(threads: number): Promise<void> {
  const [hosted, inProcess, direct, plain] = await Promise.all([
    open({ threads }),
    open({ threads, isolation: "none" }),
    openDirect(threads),
    openPlain(threads),
  ]);
  const [host = 0, here = 0, library = 0, bare] = await inTurns([
    (round) => speedOf(hosted, round),
    (round) => speedOf(inProcess, round),
    (round) => direct.decode(prompt(round)),
    ...(plain ? [(round: number) => plain.decode(prompt(round))] : []),
  ]);
  const label = `decode, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  print(`${label}: host ${host.toFixed(1)} tok/s, in process ${here.toFixed(1)}`);
  print(`${label}: node-llama-cpp ${library.toFixed(1)} tok/s; the host is ${(host / library).toFixed(2)} times as fast (goal ${threads === 2 ? 1.7 : 1})`);
  if (bare !== undefined) print(`${label}: C++ ${bare.toFixed(1)} tok/s; the host is ${(host / bare).toFixed(2)} times as fast (goal 0.9)`);
  await Promise.all([hosted.dispose(), inProcess.dispose(), direct.close(), plain?.close()]);
}

/** What was said before lies in the cache. */
async function secondTurn(): Promise<void> {
  const model = await open({ threads: 1 });
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const question = {
      role: "user",
      content: `${round}. ${"The fox runs over the hill and looks for the river. ".repeat(40)} What does the fox look for?`,
    } as const;
    const first = await finishOf(model, { messages: [question], maxTokens: 16 });
    cold.push(first.finish.timings.timeToFirstTokenMs);
    const messages = [question, { role: "assistant", content: first.text } as const, { role: "user", content: "Why?" } as const];
    warm.push((await finishOf(model, { messages, maxTokens: 16 })).finish.timings.timeToFirstTokenMs);
  }
  await model.dispose();
  const [first, second] = [spreadOf(cold).median, spreadOf(warm).median];
  print(`time to first token, second turn: ${second.toFixed(0)} ms after ${first.toFixed(0)} ms cold: ${(second / first).toFixed(2)} (goal at most 0.15)`);
}

async function fourConversations(): Promise<void> {
  const one = await open({ threads: 1 });
  const four = await open({ threads: 1, parallel: 4 });
  const turns = [0, 1, 2, 3];
  const seconds = async (work: () => Promise<unknown>) => {
    const begin = performance.now();
    await work();
    return (performance.now() - begin) / 1000;
  };
  const [after = 0, together = 0] = await inTurns([
    (round) =>
      seconds(async () => {
        for (const turn of turns) await speedOf(one, 10 * round + turn);
      }),
    (round) => seconds(() => Promise.all(turns.map((turn) => speedOf(four, 10 * round + turn)))),
  ]);
  await Promise.all([one.dispose(), four.dispose()]);
  print(`four conversations: ${together.toFixed(1)} s at once, ${after.toFixed(1)} s one after another: ${(after / together).toFixed(2)} times (goal 1.5)`);
}

async function loadTime(): Promise<void> {
  const loadOf = async (opening: ReturnType<typeof openDirect>) => {
    const program = await opening;
    await program.close();
    return program.loadMs;
  };
  const [hosted = 0, here = 0, library = 0, bare] = await inTurns([
    () => timeOf(open({ threads: 1 })),
    () => timeOf(open({ threads: 1, isolation: "none" })),
    () => loadOf(openDirect(1)),
    ...(native ? [() => loadOf(openProgram(native.path, wordsOf(1)))] : []),
  ]);
  print(`load: host ${hosted.toFixed(0)} ms, its process started from TypeScript sources; in process ${here.toFixed(0)} ms`);
  print(`load of an open library: node-llama-cpp ${library.toFixed(0)} ms${bare === undefined ? "" : `, C++ ${bare.toFixed(0)} ms`}`);
}

async function timeOf(loading: Promise<LoadedModel>): Promise<number> {
  const begin = performance.now();
  const model = await loading;
  const timeMs = performance.now() - begin;
  await model.dispose();
  return timeMs;
}

/** Medians; the sides take turns, and a first round does not count. */
async function inTurns(sides: readonly ((round: number) => Promise<number>)[]): Promise<number[]> {
  const figures = sides.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      const figure = await side(round);
      if (round > 0) figures[index]?.push(figure);
    }
  }
  return figures.map((values) => spreadOf(values).median);
}

function open(options: LoadOptions): Promise<LoadedModel> {
  return adapter.load(installed, nodeContext(), { contextSize, ...options });
}

/** Each round has a text of its own, so that no cache answers. */
function prompt(round: number): string {
  return `${round}. Once upon a time there was a fox who lived by the river, and`;
}

async function speedOf(model: LoadedModel, round: number): Promise<number> {
  const { finish } = await finishOf(model, { prompt: prompt(round), maxTokens: tokens });
  return finish.timings.decodeTokensPerSecond;
}

async function finishOf(model: LoadedModel, request: Parameters<LoadedModel["generate"]>[0]) {
  let text = "";
  for await (const event of model.generate({ ...request, sampling: { temperature: 0 } })) {
    if (event.type === "text") text += event.text;
    if (event.type === "finish") return { text, finish: event };
  }
  throw new Error("The answer has no end.");
}

function wordsOf(threads: number): string[] {
  return [path ?? "", native?.backends ?? "", `${threads}`, `${contextSize}`, `${tokens}`];
}

function openDirect(threads: number) {
  return openProgram(process.execPath, ["--import", "tsx", fileURLToPath(new URL("./node-llama-cpp.ts", import.meta.url)), ...wordsOf(threads)]);
}

async function openPlain(threads: number) {
  return native && openProgram(native.path, wordsOf(threads));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
