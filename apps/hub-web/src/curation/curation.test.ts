import { TenfoldError } from "@tenfold/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { createApiCaller } from "../api/api-router.ts";
import type { Actor } from "../people/actor.ts";
import { editOfDraft } from "./edit-of-draft.ts";
import type { ModelEdit } from "./model-edit.ts";

let hub: SampleHub;
let ada: Actor;
let bo: Actor;
beforeAll(async () => {
  hub = await openSampleHub();
  ada = await newPerson(hub, "curator", "Ada");
  bo = await newPerson(hub, "curator", "Bo");
});
afterAll(() => hub.discard());

const as = (actor: Actor) => createApiCaller({ hub, actor }).curation;
async function open(id: string): Promise<{ revision: number; model: ModelEdit }> {
  const { revision, draft } = await as(ada).byId({ id });
  return { revision, model: editOfDraft(draft) };
}

const sha256 = "ab".repeat(32);
const fresh: ModelEdit = {
  id: "fresh",
  name: "Fresh",
  publisher: "Example",
  description: "New.",
  licence: { id: "mit", gated: false },
  capabilities: ["chat"],
  variants: [
    {
      id: "gguf-q4_0",
      format: "gguf",
      artifacts: [{ path: "fresh.gguf", role: "weights", sizeBytes: 12, sha256, sources: [{ kind: "https", url: "https://example.org/fresh.gguf" }] }],
    },
  ],
};

test("a new model is a draft of its author; its figures are claimed by the author", async () => {
  expect(await as(ada).save({ revision: 0, model: fresh })).toBe(1);
  const page = await as(bo).byId({ id: "fresh" });
  expect(page).toMatchObject({
    revision: 1,
    statusName: "draft",
    hasApproved: false,
    authorIds: [ada.userId],
    events: [{ who: "Ada", what: "saved", revision: 1 }],
  });
  const [artifact] = page.draft.variants[0]?.artifacts ?? [];
  expect(artifact?.sha256).toEqual({ value: sha256, evidence: { kind: "claimed", by: "Ada", at: hub.clock().toISOString() } });
  await expect(as(bo).save({ revision: 0, model: fresh })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("already") });
  expect(await hub.database.auditEntry.findFirst({ where: { subject: "model fresh" } })).toMatchObject({ actor: "Ada", action: "model.create" });
});

test("what a curator does not touch keeps its evidence and its row; what a curator writes is never verified", async () => {
  const { revision, model } = await open("local");
  const before = await hub.database.artifact.findMany({ where: { variant: { modelId: "local" } }, orderBy: { id: "asc" } });
  const [variant] = model.variants;
  expect(await as(ada).save({ revision, model: { ...model, name: "Local, renamed" } })).toBe(revision + 1);
  expect(await hub.database.artifact.findMany({ where: { variant: { modelId: "local" } }, orderBy: { id: "asc" } })).toEqual(before);
  const changed = { ...variant, artifacts: variant?.artifacts.map((one) => ({ ...one, sha256, sizeBytes: 1 })) } as ModelEdit["variants"][number];
  await as(ada).save({ revision: revision + 1, model: { ...model, variants: [changed] } });
  const [after] = (await as(ada).byId({ id: "local" })).draft.variants[0]?.artifacts ?? [];
  expect(after).toMatchObject({ sha256: { value: sha256, evidence: { kind: "claimed", by: "Ada" } }, sizeBytes: { value: 1, evidence: { kind: "claimed" } } });
  expect(after?.chunkList).toBeUndefined();
});

test("saving without a change makes no revision, and the default variant changes with the order", async () => {
  const { revision, model } = await open("fresh");
  expect(await as(bo).save({ revision, model })).toBe(revision);
  const other = { ...fresh.variants[0], id: "gguf-q8_0", artifacts: [] } as ModelEdit["variants"][number];
  const next = await as(ada).save({ revision, model: { ...model, variants: [other, ...model.variants] } });
  expect((await open("fresh")).model.variants.map(({ id }) => id)).toEqual(["gguf-q8_0", "gguf-q4_0"]);
  expect(await as(ada).save({ revision: next, model })).toBe(next + 1);
  expect((await open("fresh")).model.variants).toEqual(model.variants);
});

test("of two who edit one model the second sees both values, and loses nothing", async () => {
  const { revision, model } = await open("fresh");
  await as(ada).save({ revision, model: { ...model, name: "Ada's", description: "Ada's description." } });
  const mine = { ...model, name: "Bo's", publisher: "Bo's publisher" };
  const error = await as(bo)
    .save({ revision, model: mine })
    .catch((reason: { cause: unknown }) => reason.cause);
  if (!TenfoldError.is(error, "conflict")) throw new Error("expected a conflict");
  expect(error.details).toMatchObject({
    revision: revision + 1,
    by: "Ada",
    conflicts: [{ path: "name", base: "Fresh", theirs: "Ada's", mine: "Bo's" }],
    merged: { name: "Ada's", description: "Ada's description.", publisher: "Bo's publisher" },
  });
  expect((await open("fresh")).model).toMatchObject({ name: "Ada's", publisher: "Example" });
  const merged = { ...(error.details?.merged as ModelEdit), name: "Bo's" };
  expect(await as(bo).save({ revision: revision + 1, model: merged })).toBe(revision + 2);
  expect((await open("fresh")).model).toMatchObject({ name: "Bo's", description: "Ada's description.", publisher: "Bo's publisher" });
});

test("of two who save at the same moment one is told of the other", async () => {
  const { revision, model } = await open("fresh");
  const saving = [as(ada).save({ revision, model: { ...model, description: "One." } }), as(bo).save({ revision, model: { ...model, description: "Two." } })];
  const results = await Promise.allSettled(saving);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(results.find((one) => one.status === "rejected")?.reason).toMatchObject({ code: "CONFLICT" });
});

test("of two who make a model of one id at the same moment one gets it, and nothing of it is written over", async () => {
  const making = ["Ada's", "Bo's"].map((name, place) => as(place === 0 ? ada : bo).save({ revision: 0, model: { ...fresh, id: "raced", name } }));
  const results = await Promise.allSettled(making);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(results.find((one) => one.status === "rejected")?.reason).toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("already") });
  expect((await open("raced")).revision).toBe(1);
  await as(ada).discard({ id: "raced" });
});

test.each([
  [
    "a path out of its folder",
    (model: ModelEdit) => ({ ...model, variants: [{ ...model.variants[0], artifacts: [{ path: "../x", role: "weights", sources: [] }] }] }),
  ],
  ["a link that is a script", (model: ModelEdit) => ({ ...model, homepage: "javascript:alert(1)" })],
  ["a licence's link that is a script", (model: ModelEdit) => ({ ...model, licence: { ...model.licence, url: "javascript:alert(1)" } })],
  [
    "evidence",
    (model: ModelEdit) => ({
      ...model,
      variants: [{ ...model.variants[0], artifacts: [{ path: "x", role: "weights", sources: [], sha256Evidence: { kind: "verified" } }] }],
    }),
  ],
  [
    "one path twice",
    (model: ModelEdit) => ({ ...model, variants: [{ ...model.variants[0], artifacts: ["x", "X"].map((path) => ({ path, role: "weights", sources: [] })) }] }),
  ],
  ["a description of a megabyte", (model: ModelEdit) => ({ ...model, description: "x".repeat(1_000_000) })],
  ["an id with a slash", (model: ModelEdit) => ({ ...model, id: "a/b" })],
])("%s is refused", async (_what, change) => {
  await expect(as(ada).save({ revision: 0, model: change({ ...fresh, id: "bad" }) as ModelEdit })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect(await hub.database.model.count({ where: { id: "bad" } })).toBe(0);
});

test("models are listed by what was changed last, searched and counted by state", async () => {
  const list = await as(ada).list({});
  expect(list.models[0]).toMatchObject({ id: "fresh", statusName: "draft" });
  expect(list.counts).toMatchObject({ draft: 2, published: 2 });
  expect((await as(ada).list({ q: "LOCAL" })).models).toMatchObject([{ id: "local", status: { published: "older" }, updatedBy: "Ada" }]);
  expect((await as(ada).list({ q: "l_cal" })).total).toBe(0);
  expect((await as(ada).list({ status: "published" })).models.map(({ id }) => id).sort()).toEqual(["quite-claimed.model", "wrong"]);
  expect((await as(ada).list({ page: 2 })).models).toEqual([]);
});

test("what was never published can be discarded, what was published cannot", async () => {
  await as(ada).discard({ id: "fresh" });
  await expect(as(ada).byId({ id: "fresh" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(as(ada).discard({ id: "local" })).rejects.toMatchObject({ code: "CONFLICT" });
});
