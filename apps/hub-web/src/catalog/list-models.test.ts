import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { bigFile, sampleModels } from "../../test/sample-starter.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { listModels } from "./list-models.ts";
import { modelFacets } from "./model-facets.ts";
import { modelQuerySchema } from "./model-query.ts";

let hub: SampleHub;
beforeAll(async () => {
  const [first] = sampleModels();
  const more = Array.from({ length: 7 }, (_, number) => ({
    ...first,
    id: `more-${number}`,
    name: `More ${number} 50%_a\\b`,
    description: "Of the same kind.",
    licence: { id: "MIT", gated: false },
    parameterCount: 1000 - number,
    capabilities: ["completion"],
    variants: [{ id: "onnx", format: "onnx", quantization: "int4", artifacts: [{ path: "model.onnx", sizeBytes: 10 + number }] }],
  }));
  hub = await openSampleHub([...sampleModels(), ...more]);
});
afterAll(() => hub.discard());

const list = (query: object = {}) => listModels(hub.database, modelQuerySchema.parse(query));
const ids = async (query: object = {}) => (await list(query)).models.map(({ id }) => id);

test("says what a list needs to know of a model, and nothing that nobody knows", async () => {
  const { models, release, total } = await list({ q: "local" });
  expect({ release, total }).toMatchObject({ release: { number: 1 }, total: 1 });
  expect(models[0]).toEqual({
    id: "local",
    name: "Local Model",
    publisher: "Example",
    summary: "Has its file here.",
    licence: "Apache-2.0",
    parameterCount: 135_000_000,
    contextLength: 2048,
    capabilities: ["chat", "tools"],
    formats: ["gguf"],
    quantizations: ["Q8_0", "F32"],
    variants: 2,
    sizeBytes: { smallest: bigFile().length, largest: 50_000_000 },
    files: { total: 2, verified: 1, claimed: 0 },
    manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const [claimed] = (await list({ q: "quite-claimed" })).models;
  expect(claimed).toMatchObject({ files: { total: 2, verified: 0, claimed: 1 }, summary: "Nobody here has seen it" });
  for (const key of ["sizeBytes", "parameterCount", "contextLength"]) expect(claimed).not.toHaveProperty(key);
});

test.each([
  ["words in any order and case", { q: "MODEL claimed" }, ["quite-claimed.model"]],
  ["a publisher", { q: "somebody" }, ["quite-claimed.model"]],
  ["a quantization", { q: "q8_0" }, ["local"]],
  ["nothing", { q: "no such model" }, []],
  ["a percent sign as itself", { q: "%", limit: 1 }, ["more-0"]],
  ["an underscore as itself", { q: "%_a", limit: 1 }, ["more-0"]],
  ["a backslash as itself", { q: "a\\b", limit: 1 }, ["more-0"]],
  ["a quote", { q: "'; drop table model; --" }, []],
])("search finds %s", async (_what, query, found) => {
  expect(await ids(query)).toEqual(found);
});

test("filters by format, capability and licence, all at once", async () => {
  expect(await ids({ format: "litertlm" })).toEqual(["quite-claimed.model"]);
  expect(await ids({ capability: "vision", licence: "gemma" })).toEqual(["quite-claimed.model"]);
  expect(await ids({ capability: "tools", licence: "MIT" })).toEqual([]);
});

test.each([
  ["evidence", ["local", "quite-claimed.model", "wrong", "more-0"]],
  ["name", ["quite-claimed.model", "local", "more-0", "more-1"]],
  ["smallest", ["more-0", "more-1", "more-2", "more-3"]],
  ["largest", ["local", "more-6", "more-5", "more-4"]],
  ["parameters", ["more-6", "more-5", "more-4", "more-3"]],
])("orders by %s, what is not known last", async (sort, first) => {
  expect(await ids({ sort, limit: 4 })).toEqual(first);
});

test("what can be filtered by is counted", async () => {
  expect(await modelFacets(hub.database)).toEqual({
    formats: [
      { value: "onnx", count: 7 },
      { value: "gguf", count: 2 },
      { value: "litertlm", count: 1 },
    ],
    capabilities: [
      { value: "completion", count: 7 },
      { value: "chat", count: 2 },
      { value: "embeddings", count: 1 },
      { value: "tools", count: 1 },
      { value: "vision", count: 1 },
    ],
    licences: [
      { value: "MIT", count: 7 },
      { value: "Apache-2.0", count: 2 },
      { value: "gemma", count: 1 },
    ],
  });
});

test("pages by number", async () => {
  expect(await ids({ sort: "name", limit: 3, skip: 9 })).toEqual(["wrong"]);
  expect(await list({ skip: 100 })).toMatchObject({ models: [], total: 10 });
});

test("pages by cursor neither skip nor repeat a model while another release is published", async () => {
  const first = await list({ limit: 4, sort: "name" });
  expect(first.nextCursor).toBe("1-4");
  await hub.database.model.delete({ where: { id: "quite-claimed.model" } });
  await hub.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date() }));
  expect((await list()).total).toBe(9);

  const seen = [...first.models];
  for (let cursor = first.nextCursor; cursor !== undefined; ) {
    const next = await list({ limit: 4, sort: "name", cursor });
    expect(next.total).toBe(10);
    seen.push(...next.models);
    cursor = next.nextCursor;
  }
  expect(seen).toHaveLength(10);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(10);
});

test("a cursor of no release is refused, and so is one that is none", async () => {
  await expect(list({ cursor: "99-0" })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("cursor") });
  await expect(async () => list({ cursor: "1; drop" })).rejects.toThrow("nextCursor");
});
