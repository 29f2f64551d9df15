import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext, testKilledHosts } from "@tenfold/adapter-testkit/vitest";
import { describeModel, type LogitsSequences, loadLogitsThrough } from "@tenfold/host";
import { checkHost, type HostVectors, spawnHost } from "@tenfold/host/node";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hostCommand as command, mlxContext, needMlx } from "../test/here-mlx.ts";
import { mlx } from "./node.ts";

const options = { contextSize: 512, frameworkOptions: { precision: "float32" } };
const hosts: { kill(): void; gone: Promise<void> }[] = [];

beforeEach(needMlx);
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.kill();
    await host.gone;
  }
});

async function open(more: object = {}): Promise<LogitsSequences> {
  const context = nodeContext();
  const host = await spawnHost(command, context.log);
  hosts.push(host);
  return loadLogitsThrough(host.port, undefined, await tinyFolderModel(), context, { ...options, ...more });
}

const prompt = async () => Int32Array.from((await tinyReference()).prompts[0]?.promptTokens ?? []);
/** A copy: rows are only valid until the next call. */
const last = async ({ forward }: LogitsSequences["sequences"][0], tokens: Int32Array) => Float32Array.from(await forward(tokens, { logits: "last" }));

test("the host speaks the protocol: every vector, hostile frames, a parent that is gone, the same logits in pieces", { timeout: 300_000 }, async () => {
  const vectors = JSON.parse(readFileSync(new URL("../../../docs/host-protocol-vectors.json", import.meta.url), "utf8")) as HostVectors;
  const hostile = fullTests ? vectors.hostile : vectors.hostile.slice(0, 3);
  const { platform } = nodeContext();
  const load = { type: "load", role: "logits", model: await describeModel(await tinyFolderModel()), platform, nativeParts: [], options };
  const failed: unknown[] = [];
  let count = 0;
  for await (const check of checkHost(command, { vectors: { ...vectors, hostile }, load, timeoutMs: 60_000 })) {
    count += 1;
    if (check.problem !== undefined) failed.push(check);
  }
  expect(failed).toEqual([]);
  expect(count).toBe(hostile.length + 5);
});

test("greedy tokens are the reference's, the end token included", async () => {
  const { sequences, dispose } = await open();
  const { prompts } = await tinyReference();
  for (const { id, promptTokens, outputTokens } of fullTests ? prompts : prompts.slice(0, 3)) {
    await sequences[0].truncate(0);
    const tokens: number[] = [];
    let row = await sequences[0].forward(Int32Array.from(promptTokens), { logits: "last" });
    while (tokens.length < outputTokens.length) {
      tokens.push(row.indexOf(Math.max(...row)));
      row = await sequences[0].forward(Int32Array.from(tokens.slice(-1)), { logits: "last" });
    }
    expect([id, tokens]).toEqual([id, outputTokens]);
  }
  await dispose();
});

test("a fork goes on by itself, and neither sees what the other computes", async () => {
  const { sequences, dispose } = await open();
  const tokens = await prompt();
  await sequences[0].forward(tokens, { logits: "none" });
  const fork = await sequences[0].fork?.();
  if (!fork) throw new Error("the host does not fork");
  const expected = await last(fork, Int32Array.of(7));
  await sequences[0].forward(Int32Array.of(90, 91, 92), { logits: "none" });
  await sequences[0].truncate(tokens.length);
  expect(await last(sequences[0], Int32Array.of(7))).toEqual(expected);
  expect(await fork.truncate(tokens.length)).toBe(tokens.length);
  expect(await last(fork, Int32Array.of(7))).toEqual(expected);
  await fork.dispose();
  await expect(fork.truncate(0)).rejects.toMatchObject({ code: "disposed" });
  await dispose();
});

test("an aborted prompt stops between two pieces, and the cache goes on from there", async () => {
  const { sequences, dispose } = await open({ batchSize: 1 });
  const tokens = Int32Array.from({ length: 150 }, (_, index) => (index * 7 + 3) % 1000);
  const expected = await last(sequences[0], tokens);
  await sequences[0].truncate(0);
  const abort = new AbortController();
  const computing = sequences[0].forward(tokens, { logits: "none", signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(computing).rejects.toThrow("enough");
  const kept = await sequences[0].truncate(tokens.length);
  expect(kept).toBeLessThan(tokens.length);
  const rows = await last(sequences[0], tokens.slice(kept));
  for (const [index, value] of rows.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 2);
  await dispose();
});

test.each([
  ["a token that the model does not have", Int32Array.of(1024), "invalid-input"],
  ["a negative token", Int32Array.of(-1), "invalid-input"],
  ["more tokens than the context takes", new Int32Array(513), "context-overflow"],
])("%s is refused, and the host goes on", async (_what, tokens, code) => {
  const { sequences, dispose } = await open();
  await expect(sequences[0].forward(tokens, { logits: "last" })).rejects.toMatchObject({ code });
  expect(await sequences[0].forward(Int32Array.of(1), { logits: "last" })).toHaveLength(1024);
  await dispose();
});

testKilledHosts({ adapter: mlx(), context: mlxContext(), model: () => tinyFolderModel(), rounds: fullTests ? 50 : 3 });

const alive = (id: number) => {
  try {
    process.kill(id, 0);
    return !existsSync("/proc") || existsSync(`/proc/${id}/exe`);
  } catch {
    return false;
  }
};

test("no host outlives its parent, also one that is killed in the middle of an answer", async () => {
  const program = fileURLToPath(new URL("../test/parent.mts", import.meta.url));
  const parent = spawn(process.execPath, ["--import", fileURLToPath(import.meta.resolve("tsx")), program, JSON.stringify([...mlxContext().nativeParts])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
  const host = Number((await lines.next()).value);
  expect(alive(host)).toBe(true);
  await lines.next();
  parent.kill("SIGKILL");
  // Its end closes the lifeline; the test's time limit is what bounds the wait.
  while (alive(host)) await new Promise((resolve) => setTimeout(resolve, 20));
});
