import { releaseSchema } from "@tenfold/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { createApiCaller } from "../api/api-router.ts";
import { findModel } from "../catalog/find-model.ts";
import { editOfDraft } from "../curation/edit-of-draft.ts";
import type { ModelEdit } from "../curation/model-edit.ts";
import type { Actor } from "../people/actor.ts";

let hub: SampleHub;
let ada: Actor;
beforeAll(async () => {
  hub = await openSampleHub();
  ada = await newPerson(hub, "admin", "Ada");
});
afterAll(() => hub.discard());

const as = (actor: Actor) => createApiCaller({ hub, actor });
async function rename(actor: Actor, id: string, name: string): Promise<number> {
  const { revision, draft } = await as(actor).curation.byId({ id });
  return as(actor).curation.save({ revision, model: { ...editOfDraft(draft), name } });
}
async function statusOf(id: string) {
  return (await as(ada).curation.byId({ id })).statusName;
}
async function publish(channel: "stable" | "beta" = "stable", note?: string) {
  const { current } = await as(ada).releases.preview({ channel });
  return as(ada).releases.publish({ channel, current, note });
}
async function releaseDocument(number: number) {
  const row = await hub.database.release.findUniqueOrThrow({ where: { number }, include: { document: true } });
  return releaseSchema.parse(JSON.parse(new TextDecoder().decode(row.document.bytes)));
}

test("a hub with one user may approve its own work, and the release says so", async () => {
  const revision = await rename(ada, "local", "Local by Ada");
  expect(await statusOf("local")).toBe("draft");
  await as(ada).curation.requestReview({ id: "local", revision });
  expect(await statusOf("local")).toBe("in review");
  await as(ada).curation.approve({ id: "local", revision });
  expect(await statusOf("local")).toBe("approved");
  expect((await findModel(hub.database, "local"))?.manifest.name).toBe("Local Model");

  const preview = await as(ada).releases.preview({ channel: "stable" });
  expect(preview).toMatchObject({
    current: 1,
    changes: [{ modelId: "local", kind: "changed", fields: [{ path: "name", before: "Local Model", after: "Local by Ada" }] }],
  });
  expect(await publish("stable", "A better name.")).toEqual({ number: 2 });
  expect(await statusOf("local")).toBe("published");
  expect((await findModel(hub.database, "local"))?.manifest.name).toBe("Local by Ada");
  expect(await releaseDocument(2)).toMatchObject({ approvedByAuthor: ["local"], note: "A better name." });
  expect((await as(ada).releases.byNumber({ number: 1 })).changes).toEqual([
    { modelId: "local", name: "Local Model", kind: "added", fields: [] },
    { modelId: "quite-claimed.model", name: "Claimed Model", kind: "added", fields: [] },
    { modelId: "wrong", name: "Wrong Model", kind: "added", fields: [] },
  ]);
  expect(await as(ada).releases.byNumber({ number: 2 })).toMatchObject({ publishedBy: "Ada", servedBy: ["stable"], previous: 1, approvedByAuthor: ["local"] });
});

test("with others in the hub the author of a change cannot approve it, whoever asked for the review", async () => {
  const bo = await newPerson(hub, "reviewer", "Bo");
  const cy = await newPerson(hub, "curator", "Cy");
  await rename(bo, "wrong", "By Bo");
  const revision = await rename(cy, "wrong", "By Bo and Cy");
  await as(cy).curation.requestReview({ id: "wrong", revision, comment: "Both of us." });
  await expect(as(bo).curation.approve({ id: "wrong", revision })).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringContaining("cannot approve"),
  });
  await expect(as(cy).curation.approve({ id: "wrong", revision })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await as(ada).curation.return({ id: "wrong", revision, comment: "Not that name." });
  expect(await statusOf("wrong")).toBe("draft");
  const next = await rename(cy, "wrong", "Better");
  await as(cy).curation.requestReview({ id: "wrong", revision: next });
  await expect(as(ada).curation.approve({ id: "wrong", revision })).rejects.toMatchObject({ code: "CONFLICT" });
  await as(ada).curation.approve({ id: "wrong", revision: next });
  await expect(as(ada).curation.approve({ id: "wrong", revision: next })).rejects.toMatchObject({ code: "CONFLICT" });
  const { events } = await as(ada).curation.byId({ id: "wrong" });
  expect(events.filter(({ what }) => what === "said").map(({ text }) => text)).toEqual(["Not that name.", "Both of us."]);
  expect(new Set(events.map(({ what }) => what))).toEqual(new Set(["saved", "asked for review", "approved", "returned", "said"]));
});

test("an edit after approval is a draft again, and releases publish what was approved", async () => {
  await rename(ada, "wrong", "Slipped in");
  expect(await statusOf("wrong")).toBe("draft");
  const { number } = await publish();
  expect((await findModel(hub.database, "wrong"))?.manifest.name).toBe("Better");
  expect(await releaseDocument(number)).toMatchObject({ approvedByAuthor: ["local"] });
  expect((await as(ada).curation.byId({ id: "wrong" })).changes).toEqual([{ path: "name", before: "Better", after: "Slipped in" }]);
});

test("an edit ends the review that was asked for", async () => {
  const [cy] = await hub.database.user.findMany({ where: { name: "Cy" } });
  const actor: Actor = { userId: cy?.id ?? "", name: "Cy", email: "", role: "curator" };
  const revision = await rename(actor, "wrong", "First");
  await as(actor).curation.requestReview({ id: "wrong", revision });
  const next = await rename(actor, "wrong", "Second");
  await expect(as(ada).curation.approve({ id: "wrong", revision: next })).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("Nobody has asked"),
  });
  await as(actor).curation.requestReview({ id: "wrong", revision: next });
  await as(actor).curation.withdrawReview({ id: "wrong", revision: next });
  expect(await statusOf("wrong")).toBe("draft");
});

test("a model that lacks something is not reviewed, and what it lacks is named", async () => {
  const { revision, draft } = await as(ada).curation.byId({ id: "local" });
  const model: ModelEdit = { ...editOfDraft(draft), variants: [] };
  const next = await as(ada).curation.save({ revision, model });
  await expect(as(ada).curation.requestReview({ id: "local", revision: next })).rejects.toMatchObject({
    code: "BAD_REQUEST",
    message: expect.stringContaining("variants"),
  });
  await as(ada).curation.save({ revision: next, model: editOfDraft(draft) });
});

test("what one publishes is what one saw", async () => {
  await expect(as(ada).releases.publish({ channel: "stable", current: 1 })).rejects.toMatchObject({ code: "CONFLICT" });
});

test("beta goes its own way, and a revocation reaches both channels and brings nothing else along", async () => {
  const before = await hub.database.channel.findUniqueOrThrow({ where: { id: "stable" } });
  const beta = await publish("beta");
  expect(await hub.database.channel.findUniqueOrThrow({ where: { id: "stable" } })).toEqual(before);
  expect(await as(ada).releases.byNumber({ number: beta.number })).toMatchObject({ channel: "beta", servedBy: ["beta"], previous: undefined });

  const contents = (number: number) =>
    hub.database.releaseModel.findMany({ where: { releaseNumber: number }, orderBy: { modelId: "asc" }, select: { manifestSha256: true } });
  const { number } = await as(ada).releases.revoke({ modelId: "quite-claimed.model", reason: "Leaks." });
  expect(await contents(number)).toEqual(await contents(before.releaseNumber));
  for (const id of ["stable", "beta"]) {
    const channel = await hub.database.channel.findUniqueOrThrow({ where: { id } });
    expect((await releaseDocument(channel.releaseNumber)).revocations).toMatchObject([{ model: "quite-claimed.model", reason: "Leaks." }]);
  }
  expect(await statusOf("quite-claimed.model")).toBe("revoked");
  await expect(as(ada).releases.revoke({ modelId: "quite-claimed.modle", reason: "A slip." })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await hub.database.revocation.count()).toBe(1);
});

test("restoring a release brings its contents back under a new number, keeps revocations, and unapproves what came after", async () => {
  const { number } = await as(ada).releases.restore({ number: 1, channel: "stable", note: "Back." });
  expect((await findModel(hub.database, "local"))?.manifest.name).toBe("Local Model");
  expect(await releaseDocument(number)).toMatchObject({ number, restores: 1, note: "Back.", revocations: [{ model: "quite-claimed.model" }] });
  expect(await statusOf("local")).toBe("draft");
  const preview = await as(ada).releases.preview({ channel: "stable" });
  expect(preview.changes).toEqual([]);
  await expect(as(ada).releases.restore({ number: 999, channel: "stable" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("everything of it is in the audit log, and the catalog is signed after each release", async () => {
  const actions = (await as(ada).people.audit({})).map(({ action }) => action);
  for (const action of [
    "model.update",
    "review.request",
    "review.approve",
    "review.return",
    "review.withdraw",
    "release.publish",
    "release.revoke",
    "release.restore",
  ]) {
    expect(actions).toContain(action);
  }
  const [last] = await as(ada).releases.list({ limit: 1 });
  const targets = await hub.database.signedMetadata.findFirstOrThrow({ where: { role: "targets" }, orderBy: { version: "desc" } });
  expect(new TextDecoder().decode(targets.bytes)).toContain(`releases/${last?.number}.json`);
});
