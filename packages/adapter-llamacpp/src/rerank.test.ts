import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { installedFromFile, tinyEncoder } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { createTenfold, type LoadedModel } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { createRandom } from "@tenfold/tooling/soak";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openNative } from "../test/open-native.ts";
import { type RewriteOptions, rewriteGguf } from "../test/rewrite-gguf.ts";
import { llamaCpp } from "./node.ts";

const random = createRandom(11);
const head = Float32Array.from({ length: 64 }, () => (random(65_536) / 32_768 - 1) * 0.5);
const bias = 0.25;
const adapter = llamaCpp({ gpu: false, hostEntry: inject("hostEntry") });
let folder: string;
let path: string;
let model: LoadedModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-rerank-"));
  path = join(folder, "ranker.gguf");
  await writeEncoder(path, 4, [
    { tensor: { name: "cls.output.weight", shape: [64, 1], type: "F32" }, bytes: new Uint8Array(head.buffer) },
    { tensor: { name: "cls.output.bias", shape: [1], type: "F32" }, bytes: new Uint8Array(Float32Array.of(bias).buffer) },
  ]);
  model = await adapter.load(await installedFromFile(path, "gguf"), nodeContext(), { threads: 1 });
});
afterAll(async () => {
  await model?.dispose();
  await rm(folder, { recursive: true });
});

/** The tiny encoder with another pooling and more tensors. */
async function writeEncoder(to: string, pooling: number, more: RewriteOptions["more"] = []): Promise<void> {
  const from = (await tinyEncoder()).files[0]?.location?.() ?? "";
  await rewriteGguf(from, to, { metadata: { "bert.pooling_type": pooling }, more });
}

const query = "What is the capital of France?";
const documents = ["Paris is a city.", "The fox lives by the river.", "Thanks a lot."];

test("a document's score is what the model's own head makes of the vector for query and document", async () => {
  const encoder = join(folder, "encoder.gguf");
  await writeEncoder(encoder, 2);
  const native = await openNative(encoder, { embeddings: true });
  const [begin, end] = [2, 3];
  const expected = [];
  for (const document of documents) {
    const tokens = [begin, ...native.tokenize(query, false), end, end, ...native.tokenize(document, false), end];
    const vector = (await native.embed?.(tokens)) ?? [];
    const logit = vector.reduce((sum, value, index) => sum + value * (head[index] ?? 0), bias);
    expected.push(1 / (1 + Math.exp(-logit)));
  }
  await native.dispose();
  const scores = (await model.rerank?.(query, documents)) ?? [];
  for (const [index, score] of expected.entries()) expect(scores[index]).toBeCloseTo(score, 4);
  expect(new Set(scores).size).toBe(3);
});

test("a ranking model ranks and does nothing else, and keeps to its context and to signals", async () => {
  expect(model.embed).toBeUndefined();
  expect(model.capabilities).toMatchObject({ chat: false, embeddings: false });
  expect(await model.rerank?.(query, [])).toEqual([]);
  await expect(collect(model.generate({ messages: [{ role: "user", content: "Hello" }] }))).rejects.toMatchObject({ code: "unsupported-request" });
  await expect(model.rerank?.(query, ["short", "word ".repeat(200)])).rejects.toMatchObject({ code: "context-overflow", details: { index: 1 } });
  await expect(model.rerank?.(query, documents, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
});

test("an application ranks with it, and not with a model that embeds", async () => {
  const tenfold = createTenfold({ adapters: [adapter], platform: nodePlatform({ home: join(folder, "home") }) });
  const ranking = await tenfold.load({ path }, { threads: 1 });
  expect(await ranking.rerank?.(query, documents)).toEqual(await model.rerank?.(query, documents));
  await ranking.dispose();
  const embedding = await adapter.load(await tinyEncoder(), nodeContext(), { threads: 1 });
  expect(embedding.rerank).toBeUndefined();
  await embedding.dispose();
});
