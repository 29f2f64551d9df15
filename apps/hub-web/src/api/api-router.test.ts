import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import type { Hub } from "../hub/open-hub.ts";
import { answerTrpc } from "./answer-trpc.ts";
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

test("a failure is logged here and told to nobody", async () => {
  const $queryRaw = () => Promise.reject(new Error("disk on fire at /secret/place"));
  const broken: Hub = { ...hub, database: { $queryRaw } as unknown as Hub["database"] };
  const response = await answerTrpc(new Request("http://hub.example/api/trpc/models.facets"), broken);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
  expect(hub.lines.at(-1)).toContain("disk on fire");
});
