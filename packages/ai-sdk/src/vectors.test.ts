import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { installedFromFile, tinyEncoder, tinyEncoderReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadedModel } from "@tenfold/core";
import { cosineSimilarity, embed, embedMany, rerank } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rewriteGguf } from "../../adapter-llamacpp/test/rewrite-gguf.ts";
import { createTenfoldProvider, type TenfoldProvider } from "./provider.ts";

const adapter = llamaCpp({ gpu: false });
const settings = { threads: 1, isolation: "none" } as const;
let encoder: LoadedModel;
let ranker: LoadedModel;
let folder: string;
let tenfold: TenfoldProvider;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-ranker-"));
  const path = join(folder, "ranker.gguf");
  const head = Float32Array.from({ length: 64 }, (_, index) => Math.sin(index));
  await rewriteGguf((await tinyEncoder()).files[0]?.location?.() ?? "", path, {
    metadata: { "bert.pooling_type": 4 },
    more: [
      { tensor: { name: "cls.output.weight", shape: [64, 1], type: "F32" }, bytes: new Uint8Array(head.buffer) },
      { tensor: { name: "cls.output.bias", shape: [1], type: "F32" }, bytes: new Uint8Array(Float32Array.of(0.25).buffer) },
    ],
  });
  encoder = await adapter.load(await tinyEncoder(), nodeContext(), settings);
  ranker = await adapter.load(await installedFromFile(path, "gguf"), nodeContext(), settings);
  tenfold = createTenfoldProvider({ models: { encoder, ranker } });
});
afterAll(async () => {
  await encoder?.dispose();
  await ranker?.dispose();
  await rm(folder, { recursive: true });
});

describe("embedding models", () => {
  const model = () => tenfold.embeddingModel("encoder");

  test("embedMany gives the reference's vectors, in order, with their tokens", async () => {
    const { sentences } = await tinyEncoderReference();
    const { embeddings, usage, warnings } = await embedMany({ model: model(), values: sentences.map(({ text }) => text) });
    expect(warnings).toEqual([]);
    expect(usage.tokens).toBeGreaterThan(sentences.length);
    for (const [index, { vector }] of sentences.entries()) expect(cosineSimilarity(embeddings[index] ?? [], [...vector])).toBeCloseTo(1, 4);
    expect(Math.hypot(...(embeddings[0] ?? []))).toBeCloseTo(1, 4);
  });

  test("vectors as the model gives them, where that is asked for", async () => {
    const { embedding } = await embed({ model: model(), value: "Thanks a lot.", providerOptions: { tenfold: { normalize: false } } });
    expect(Math.abs(Math.hypot(...embedding) - 1)).toBeGreaterThan(0.01);
  });

  test("a length of one's own is warned of, a model that answers refused, an abort kept to", async () => {
    expect((await model().doEmbed({ values: ["a"], dimensions: 8 })).warnings).toMatchObject([{ type: "unsupported", feature: "dimensions" }]);
    await expect(embed({ model: tenfold.embeddingModel("ranker"), value: "a", maxRetries: 0 })).rejects.toMatchObject({
      name: "AI_UnsupportedFunctionalityError",
    });
    await expect(embed({ model: model(), value: "a", abortSignal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

test("rerank orders documents by the model's scores, texts and objects alike", async () => {
  const query = "What is the capital of France?";
  const documents = ["Paris is a city.", "The fox lives by the river.", "Thanks a lot."];
  const scores = (await ranker.rerank?.(query, documents)) ?? [];
  const { ranking, rerankedDocuments } = await rerank({ model: tenfold.rerankingModel("ranker"), query, documents, topN: 2 });
  const best = [...scores].sort((left, right) => right - left).slice(0, 2);
  expect(ranking.map(({ score }) => score)).toEqual(best);
  expect(rerankedDocuments).toEqual(best.map((score) => documents[scores.indexOf(score)]));
  const objects = documents.map((text) => ({ text }));
  const asObjects = await tenfold.rerankingModel("ranker").doRerank({ query, documents: { type: "object", values: objects } });
  expect(asObjects.warnings).toMatchObject([{ type: "compatibility" }]);
  expect(asObjects.ranking).toHaveLength(3);
});
