// SmolLM2 in a host process, beside node-llama-cpp used directly: npm run bench -- llamacpp
import { availableParallelism, cpus, loadavg } from "node:os";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel, LoadOptions } from "@tenfold/core";
import { spreadOf } from "@tenfold/core/benchmark";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { getLlama, type LlamaContextSequence } from "node-llama-cpp";
import { llamaCpp } from "../src/node.ts";

const rounds = 5;
const tokens = 96;
const contextSize = 2048;
const { path, reason } = await smollm2();
if (path === undefined) {
  print(`Skipped: ${reason}`);
  process.exit();
}
const installed = await installedFromFile(path, "gguf");
const adapter = llamaCpp({ gpu: false });
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" as never });
print(
  `SmolLM2 135M Q4_1, ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; medians of ${rounds}.`,
);

for (const threads of [2, 1]) await decodeSpeed(threads);
await secondTurn();
await fourConversations();
await loadTime();
await llama.dispose();

async function decodeSpeed(threads: number): Promise<void> {
  const model = await llama.loadModel({ modelPath: installedPath() });
  const context = await model.createContext({ contextSize, threads });
  const sequence = context.getSequence();
  const hosted = await open({ threads });
  const inProcess = await open({ threads, isolation: "none" });
  const direct = async (round: number) => {
    await sequence.clearHistory();
    return directSpeed(sequence, model.tokenize(prompt(round)));
  };
  const [host, here, peer] = await inTurns([(round) => speedOf(hosted, round), (round) => speedOf(inProcess, round), direct]);
  const goal = threads === 2 ? 1.7 : 1;
  const label = `decode, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  print(
    `${label}: host ${host.toFixed(1)} tok/s, node-llama-cpp ${peer.toFixed(1)}: ${(host / peer).toFixed(2)} times (goal ${goal}); in process ${here.toFixed(1)}`,
  );
  await Promise.all([hosted.dispose(), inProcess.dispose(), context.dispose()]);
  await model.dispose();
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
  const [after, together] = await inTurns([
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
  const [hosted, here, direct] = await inTurns([
    () => timeOf(async () => (await open({ threads: 1 })).dispose()),
    () => timeOf(async () => (await open({ threads: 1, isolation: "none" })).dispose()),
    () =>
      timeOf(async () => {
        const model = await llama.loadModel({ modelPath: installedPath() });
        await (await model.createContext({ contextSize, threads: 1 })).dispose();
        await model.dispose();
      }),
  ]);
  print(
    `load and dispose: host ${hosted.toFixed(0)} ms (from TypeScript sources), in process ${here.toFixed(0)} ms, node-llama-cpp in process ${direct.toFixed(0)} ms`,
  );
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Medians; the sides take turns, and a first round does not count. */
async function inTurns<const Sides extends readonly ((round: number) => Promise<number>)[]>(sides: Sides): Promise<{ [Index in keyof Sides]: number }> {
  const figures = sides.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      const figure = await side(round);
      if (round > 0) figures[index]?.push(figure);
    }
  }
  return figures.map((values) => spreadOf(values).median) as { [Index in keyof Sides]: number };
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

async function directSpeed(sequence: LlamaContextSequence, promptTokens: Parameters<LlamaContextSequence["evaluate"]>[0]): Promise<number> {
  let count = 0;
  let first = 0;
  for await (const _token of sequence.evaluate(promptTokens, { temperature: 0 })) {
    count += 1;
    if (count === 1) first = performance.now();
    if (count === tokens) break;
  }
  return ((count - 1) * 1000) / (performance.now() - first);
}

function installedPath(): string {
  return path as string;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
