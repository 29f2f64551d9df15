import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson, password, signIn } from "../../test/people.ts";
import { createApiCaller } from "../api/api-router.ts";
import type { Actor } from "./actor.ts";
import { findActor } from "./find-actor.ts";

let hub: SampleHub;
let admin: Actor;
beforeAll(async () => {
  hub = await openSampleHub([]);
  admin = await newPerson(hub, "admin", "Ada");
});
afterAll(() => hub.discard());

const as = (actor?: Actor) => createApiCaller({ hub, actor });
const linkOf = (path: string) => path.slice("/join/".length);

test("an invitation makes an account of its role, for its address, once", async () => {
  const { path } = await as(admin).people.invite({ email: "Cy@Example.org", role: "reviewer" });
  expect(await as(admin).people.invitations()).toMatchObject([{ email: "cy@example.org", role: "reviewer" }]);
  expect(JSON.stringify(await hub.database.invitation.findMany())).not.toContain(linkOf(path));
  const answer = { link: linkOf(path), name: "Cy", password, email: "somebody.else@example.org" };
  expect(await as().people.accept(answer)).toEqual({ email: "cy@example.org" });
  expect(await as(admin).people.invitations()).toEqual([]);
  await expect(as().people.accept(answer)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(as(admin).people.invite({ email: "cy@example.org", role: "viewer" })).rejects.toMatchObject({ message: expect.stringContaining("already") });
  expect(await findActor(hub, new Headers({ cookie: await signIn(hub, "cy@example.org") }))).toMatchObject({ name: "Cy", role: "reviewer" });
});

test("of two who use one link at the same moment one gets the account", async () => {
  const { path } = await as(admin).people.invite({ email: "race@example.org", role: "viewer" });
  const results = await Promise.allSettled(["One", "Two"].map((name) => as().people.accept({ link: linkOf(path), name, password })));
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a newer invitation ends the older, and one that is taken back opens nothing", async () => {
  const older = await as(admin).people.invite({ email: "di@example.org", role: "viewer" });
  const newer = await as(admin).people.invite({ email: "di@example.org", role: "curator" });
  const accept = (path: string) => as().people.accept({ link: linkOf(path), name: "Di", password });
  await expect(accept(older.path)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  const [line] = await as(admin).people.invitations();
  await as(admin).people.cancelInvitation({ id: line?.id ?? 0 });
  await expect(accept(newer.path)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(as().people.accept({ link: linkOf(newer.path), name: "Di", password: "short" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("guessing links is stopped", async () => {
  const guess = () => createApiCaller({ hub, address: "10.9.9.9" }).people.accept({ link: "x".repeat(43), name: "Eve", password });
  for (let count = 0; count < 20; count += 1) await expect(guess()).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(guess()).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
});

test("a new password ends the sessions that the old one began", async () => {
  const person = await newPerson(hub, "curator", "Eli");
  const cookie = await signIn(hub, person.email);
  const { path } = await as(admin).people.newPassword({ email: person.email });
  expect(await findActor(hub, new Headers({ cookie }))).toBeDefined();
  await as().people.accept({ link: linkOf(path), password: `${password}!` });
  expect(await findActor(hub, new Headers({ cookie }))).toBeUndefined();
  await expect(signIn(hub, person.email)).rejects.toThrow("401");
});

test("a role counts from the next request on, and who is disabled is out at once", async () => {
  const person = await newPerson(hub, "curator", "Flo");
  const cookie = await signIn(hub, person.email);
  const now = () => findActor(hub, new Headers({ cookie }));
  await as(admin).people.setRole({ userId: person.userId, role: "viewer" });
  expect((await now())?.role).toBe("viewer");
  await as(admin).people.setDisabled({ userId: person.userId, isDisabled: true });
  expect(await now()).toBeUndefined();
  await as(admin).people.setDisabled({ userId: person.userId, isDisabled: false });
  // The session has ended: enabling brings the account back, not whoever sat there.
  expect(await now()).toBeUndefined();
  expect((await as(admin).people.list()).find(({ id }) => id === person.userId)).toMatchObject({ role: "viewer", isDisabled: false });
});

test("a hub keeps an administrator, also when two shut each other out at once", async () => {
  await expect(as(admin).people.setRole({ userId: admin.userId, role: "viewer" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await expect(as(admin).people.setDisabled({ userId: admin.userId, isDisabled: true })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  const other = await newPerson(hub, "admin", "Gil");
  const results = await Promise.allSettled([
    as(admin).people.setRole({ userId: other.userId, role: "viewer" }),
    as(other).people.setRole({ userId: admin.userId, role: "viewer" }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await hub.database.user.count({ where: { role: "admin", disabledAt: null } })).toBe(1);
  await hub.database.user.update({ where: { id: admin.userId }, data: { role: "admin" } });
});

test("tokens are made and ended by their owner in person", async () => {
  const person = await newPerson(hub, "curator", "Hal");
  const { token } = await as(person).tokens.create({ name: "CI", scopes: ["read", "curate"], days: 30 });
  const holder = await findActor(hub, new Headers({ authorization: `Bearer ${token}` }));
  expect(holder).toMatchObject({ name: "Hal", token: { name: "CI" } });
  const [line] = await as(person).tokens.list();
  expect(line).toMatchObject({ name: "CI", scopes: ["read", "curate"] });
  await expect(as(holder).tokens.create({ name: "child", scopes: ["admin"], days: 366 })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(as(holder).tokens.revoke({ id: line?.id ?? 0 })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(as(admin).tokens.revoke({ id: line?.id ?? 0 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await as(person).tokens.revoke({ id: line?.id ?? 0 });
  expect(await findActor(hub, new Headers({ authorization: `Bearer ${token}` }))).toBeUndefined();
});

test("the audit log is filtered by what, whom and who, and read in pages", async () => {
  const { people } = as(admin);
  const all = await people.audit({});
  expect(all.length).toBeGreaterThan(10);
  expect((await people.audit({ action: "user.invite" })).every(({ action }) => action === "user.invite")).toBe(true);
  expect((await people.audit({ subject: "CY@example" })).map(({ action }) => action)).toEqual(["user.create", "user.invite"]);
  expect(await people.audit({ subject: "CY%example" })).toEqual([]);
  const mine = await people.audit({ userId: admin.userId });
  expect(mine.every(({ actor, via }) => actor === "Ada" && via === "session")).toBe(true);
  const first = await people.audit({ limit: 3 });
  expect([...first, ...(await people.audit({ before: first.at(-1)?.id, limit: 200 }))]).toEqual(all);
});
