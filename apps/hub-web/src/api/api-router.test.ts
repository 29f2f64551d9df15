import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { answerJson } from "./answer-json.ts";
import { createApiCaller } from "./api-router.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

test("lists, counts and finds models", async () => {
  const { models } = createApiCaller({ hub });
  expect((await models.list({ q: "local" })).models).toMatchObject([{ id: "local" }]);
  expect((await models.facets()).formats).toContainEqual({ value: "gguf", count: 2 });
  expect(await models.byId({ id: "local" })).toMatchObject({ manifest: { id: "local" }, release: { number: 1 } });
});

test("says what was wrong with a question", async () => {
  const { models } = createApiCaller({ hub });
  await expect(models.byId({ id: "none" })).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("none") });
  await expect(models.byId({ id: "../x" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(models.list({ limit: 1000 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(models.list({ cursor: "9-9" })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("cursor") });
});

const request = new Request("http://hub.example/");

test("a JSON route answers what it found, with an entity tag", async () => {
  const response = await answerJson(request, z.object({ a: z.string() }), { a: "b" }, async ({ a }) => ({ found: a }));
  expect(response.status).toBe(200);
  expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
  expect(await response.json()).toEqual({ found: "b" });
});

test("a JSON route answers 404 for nothing, 400 for a bad question, and lets other failures through", async () => {
  expect((await answerJson(request, z.object({}), {}, async () => undefined)).status).toBe(404);
  const refused = await answerJson(request, z.object({ limit: z.coerce.number() }), { limit: "many" }, async () => 1);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: "invalid-input", message: expect.stringContaining("limit") } });
  await expect(answerJson(request, z.object({}), {}, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});
