import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { findModel } from "../catalog/find-model.ts";
import { listModels } from "../catalog/list-models.ts";
import { modelQuerySchema } from "../catalog/model-query.ts";
import { applicationFolder } from "../folders.ts";
import { type Hub, openHub } from "../hub/open-hub.ts";

/** The repository's own starter catalog, imported by a real hub. */
const tiny = join(applicationFolder, "../../packages/adapter-testkit/models/tenfold-tiny");
const { log, lines } = recordingLog();
let folder: string;
let hub: Hub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  hub = await openHub({ ...(await newDatabase()), dataFolder: folder, starterFolder: join(applicationFolder, "starter"), log });
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

test("is imported without a warning, and has models of several formats and abilities", async () => {
  expect(lines.filter((line) => /^(?:warning|error)/.test(line))).toEqual([]);
  const { total, models } = await listModels(hub.database, modelQuerySchema.parse({ limit: 100 }));
  expect(total).toBeGreaterThanOrEqual(40);
  expect(models[0]?.id).toBe("tenfold-tiny");
  expect(new Set(models.flatMap(({ formats }) => formats)).size).toBeGreaterThan(1);
  expect(new Set(models.flatMap(({ capabilities }) => capabilities))).toEqual(
    new Set(["chat", "completion", "tools", "json", "reasoning", "vision", "embeddings", "reranking"]),
  );
});

test("serves our own model, the very files of the test kit, with the quick one as the default", async () => {
  const model = await findModel(hub.database, "tenfold-tiny");
  const kit = JSON.parse(await readFile(join(tiny, "manifest.json"), "utf8")) as {
    parameters: { chat: number };
    shape: { max_position_embeddings: number };
    files: { path: string; sizeBytes: number; sha256: string }[];
  };
  expect(model?.manifest).toMatchObject({
    publisher: "Tenfold",
    licence: { id: "Apache-2.0" },
    capabilities: ["chat", "completion", "tools", "json", "reasoning"],
    parameterCount: kit.parameters.chat,
    contextLength: kit.shape.max_position_embeddings,
  });
  expect(model?.manifest.variants.map(({ id }) => id)).toEqual(["gguf-q8_0", "gguf-q4_0", "gguf-q4_1", "gguf-f16", "gguf-f32"]);
  for (const { artifacts } of model?.manifest.variants ?? []) {
    const [artifact] = artifacts;
    const file = kit.files.find(({ path }) => path === `gguf/${artifact?.path}`);
    expect(artifact).toMatchObject({
      sources: [{ kind: "hub" }],
      sizeBytes: { value: file?.sizeBytes, evidence: { kind: "verified" } },
      sha256: { value: file?.sha256, evidence: { kind: "verified" } },
    });
  }
});

test("what we have not read ourselves is claimed by somebody who is named, or absent", async () => {
  const { models } = await listModels(hub.database, modelQuerySchema.parse({ limit: 100 }));
  for (const { id } of models.filter((one) => one.id !== "tenfold-tiny")) {
    const model = await findModel(hub.database, id);
    for (const { sizeBytes, sha256, chunkList } of model?.manifest.variants.flatMap(({ artifacts }) => artifacts) ?? []) {
      expect(chunkList).toBeUndefined();
      for (const value of [sizeBytes, sha256]) {
        if (value === undefined) continue;
        expect(value.evidence).toEqual({ kind: "claimed", by: expect.not.stringContaining("starter") });
      }
    }
  }
});
