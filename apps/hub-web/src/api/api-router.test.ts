import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
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
