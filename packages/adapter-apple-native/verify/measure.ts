import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { collect } from "@tenfold/adapter-testkit";
import { tinyCoreMlModel, tinyFolderModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { Adapter, GenerateRequest, InstalledModel, LoadOptions } from "@tenfold/core";
import { coreMl, mlx } from "../src/node.ts";

const run = promisify(execFile);

export interface MeasureOptions {
  hostPath: string;
  /** How often a model is loaded while its host is looked at for memory that nobody holds. */
  loads: number;
  /** What a host may take of memory, in bytes. */
  ceilingBytes: number;
}

export interface Measurement {
  what: string;
  /** In words, with units. */
  result: string;
  isGood: boolean;
}

const story: GenerateRequest = { prompt: "Once upon a time", sampling: { temperature: 0 }, maxTokens: 64 };

/** What no test asserts and a person wants to see: speeds, memory, leaks. One line for each; what fails is a line, too. */
export async function* measure({ hostPath, loads, ceilingBytes }: MeasureOptions): AsyncGenerator<Measurement> {
  const frameworks: readonly [string, Adapter, () => Promise<InstalledModel>][] = [
    ["Core ML", coreMl({ hostPath }), () => tinyCoreMlModel()],
    ["MLX", mlx({ hostPath }), () => tinyFolderModel()],
  ];
  for (const [name, adapter, model] of frameworks) {
    const support = await adapter.probe(nodeContext());
    if (!support.available) {
      yield { what: name, result: `not here: ${support.reason}`, isGood: true };
      continue;
    }
    for (const accelerator of support.accelerators) {
      yield await line(`${name} on ${accelerator}, speed`, () => speedOf(adapter, model, { accelerator }));
    }
    yield await line(`${name}, memory of its process`, () => memoryOf(adapter, model, ceilingBytes));
    yield await line(`${name}, leaks over ${loads} loads`, () => leaksOf(adapter, model, loads));
  }
}

async function line(what: string, work: () => Promise<Omit<Measurement, "what">>): Promise<Measurement> {
  try {
    return { what, ...(await work()) };
  } catch (error) {
    return { what, result: `failed: ${error instanceof Error ? error.message : String(error)}`, isGood: false };
  }
}

/** Loads a model, answers once, and shows the process that it lives in while it does. */
async function withModel<Result>(
  adapter: Adapter,
  model: () => Promise<InstalledModel>,
  options: LoadOptions,
  use: (answer: Awaited<ReturnType<typeof collect>>, host: number) => Promise<Result>,
): Promise<Result> {
  let host = 0;
  const context = {
    ...nodeContext(),
    log: (_level: string, _message: string, details?: Readonly<Record<string, unknown>>) => {
      if (typeof details?.host === "number") host = details.host;
    },
  };
  const loaded = await adapter.load(await model(), context, { contextSize: 512, ...options });
  try {
    await collect(loaded.generate({ ...story, maxTokens: 4 }));
    return await use(await collect(loaded.generate(story)), host);
  } finally {
    await loaded.dispose();
  }
}

const speedOf = (adapter: Adapter, model: () => Promise<InstalledModel>, options: LoadOptions) =>
  withModel(adapter, model, options, async ({ finish: { timings } }) => ({
    result: `${timings.decodeTokensPerSecond.toFixed(1)} tokens/s, first after ${timings.timeToFirstTokenMs.toFixed(0)} ms`,
    isGood: true,
  }));

const memoryOf = (adapter: Adapter, model: () => Promise<InstalledModel>, ceilingBytes: number) =>
  withModel(adapter, model, { memoryLimitBytes: ceilingBytes }, async (_answer, host) => {
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(host)]);
    const bytes = Number(stdout) * 1024;
    return { result: `${Math.round(bytes / 2 ** 20)} MiB, ${Math.round(ceilingBytes / 2 ** 20)} MiB are the most`, isGood: bytes <= ceilingBytes };
  });

async function leaksOf(adapter: Adapter, model: () => Promise<InstalledModel>, loads: number): Promise<Omit<Measurement, "what">> {
  let bytes = 0;
  for (let load = 0; load < loads; load += 1) bytes = Math.max(bytes, await withModel(adapter, model, {}, (_answer, host) => leakedBytes(host)));
  return { result: `at most ${bytes} bytes in one process`, isGood: bytes < 64 * 1024 };
}

/** `leaks` ends with 1 when there are some. */
async function leakedBytes(processId: number): Promise<number> {
  const { stdout } = await run("leaks", [String(processId)]).catch((error: { stdout?: string }) => {
    if (!error.stdout) throw new Error("there is no `leaks` here, which Xcode brings");
    return { stdout: error.stdout };
  });
  return Number(/leaks for (\d+) total leaked bytes/.exec(stdout)?.[1] ?? 0);
}
