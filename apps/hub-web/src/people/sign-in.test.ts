import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { cookiesOf, newPerson, newToken, password, signIn, signInRequest } from "../../test/people.ts";
import { answerTrpc } from "../api/answer-trpc.ts";
import { createApiCaller } from "../api/api-router.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { answerSignIn } from "./answer-sign-in.ts";
import { findActor } from "./find-actor.ts";
import { linkForFirstAdministrator } from "./links.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

const headers = (cookie: string) => new Headers({ cookie, host: "hub.example" });

test("whoever holds the console's link becomes the first administrator, once", async () => {
  const first = await linkForFirstAdministrator(hub.database, hub.clock());
  const second = await linkForFirstAdministrator(hub.database, hub.clock());
  const api = createApiCaller({ hub });
  const answer = (path: string) => ({ link: path.slice("/join/".length), email: "Ada@Example.org", name: "Ada", password });
  await expect(api.people.accept(answer(first?.path ?? ""))).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect(await api.people.accept(answer(second?.path ?? ""))).toEqual({ email: "ada@example.org" });
  await expect(api.people.accept(answer(second?.path ?? ""))).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("used already") });
  expect(await linkForFirstAdministrator(hub.database, hub.clock())).toBeUndefined();

  const cookies = await signIn(hub, "ada@example.org");
  expect(await findActor(hub, headers(cookies))).toMatchObject({ name: "Ada", role: "admin" });
  expect(await hub.database.auditEntry.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
    actor: "hub",
    action: "user.create",
    subject: "user ada@example.org",
  });
});

test("a wrong password, an unknown address and a disabled account get no session", async () => {
  const person = await newPerson(hub, "curator");
  const attempt = (body: unknown) => answerSignIn(signInRequest("/sign-in/email", body), hub);
  expect((await attempt({ email: person.email, password: "wrong horse battery" })).status).toBe(401);
  expect((await attempt({ email: "nobody@example.org", password })).status).toBe(401);
  expect((await attempt({ email: { $ne: "" }, password })).status).toBe(400);
  expect((await attempt({})).status).toBe(400);
  const cookies = await signIn(hub, person.email);
  await hub.database.user.update({ where: { id: person.userId }, data: { disabledAt: hub.clock() } });
  expect(await findActor(hub, headers(cookies))).toBeUndefined();
  const refused = await attempt({ email: person.email, password });
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
});

test("nobody signs up, and what is not used of the library is closed", async () => {
  for (const path of ["/sign-up/email", "/update-user", "/list-sessions", "/delete-user", "/reset-password", "/ok"]) {
    const response = await answerSignIn(signInRequest(path, { email: "eve@example.org", password, name: "Eve", role: "admin" }), hub);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test("a session is new at each sign-in, whatever cookie was there before, and ends with signing out", async () => {
  const person = await newPerson(hub, "viewer");
  const planted = "tenfold.session_token=planted.by-somebody-else";
  expect(await findActor(hub, headers(planted))).toBeUndefined();
  const first = cookiesOf(await answerSignIn(signInRequest("/sign-in/email", { email: person.email, password }, { cookie: planted }), hub));
  const second = cookiesOf(await answerSignIn(signInRequest("/sign-in/email", { email: person.email, password }, { cookie: first }), hub));
  expect(first).not.toContain("planted");
  expect(second).not.toBe(first);
  expect((await answerSignIn(signInRequest("/sign-out", {}, { cookie: second }), hub)).status).toBe(200);
  expect(await findActor(hub, headers(second))).toBeUndefined();
});

test("cookies are out of reach of scripts and of other sites", async () => {
  const person = await newPerson(hub, "viewer");
  const response = await answerSignIn(signInRequest("/sign-in/email", { email: person.email, password }), hub);
  for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/HttpOnly.*SameSite=Lax/i);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("another site's page signs nobody in and changes nothing", async () => {
  const person = await newPerson(hub, "admin");
  const cookie = await signIn(hub, person.email);
  const mutation = (more: Record<string, string>) =>
    answerTrpc(
      new Request("http://hub.example/api/trpc/people.invite", {
        method: "POST",
        headers: { host: "hub.example", "content-type": "application/json", ...more },
        body: JSON.stringify({ email: "eve@example.org", role: "admin" }),
      }),
      hub,
    );
  for (const from of [{ origin: "http://evil.example" }, { origin: "null" }, {}, { origin: "http://hub.example.evil" }, { "sec-fetch-site": "cross-site" }]) {
    expect((await answerSignIn(signInRequest("/sign-in/email", { email: person.email, password }, { origin: "", ...from }), hub)).status).toBe(403);
    expect((await mutation({ cookie, ...from })).status).toBe(403);
  }
  const asForm = signInRequest("/sign-in/email", { email: person.email, password }, { "content-type": "text/plain" });
  expect((await answerSignIn(asForm, hub)).status).toBe(415);
  const asQuery = new Request(`http://hub.example/api/trpc/people.invite?input=${encodeURIComponent('{"email":"eve@example.org","role":"admin"}')}`, {
    headers: { cookie },
  });
  expect((await answerTrpc(asQuery, hub)).status).toBe(405);
  expect(await hub.database.invitation.count({ where: { email: "eve@example.org" } })).toBe(0);
  expect((await mutation({ cookie, origin: "http://hub.example" })).status).toBe(200);
  expect(await hub.database.invitation.count({ where: { email: "eve@example.org" } })).toBe(1);
});

test("after ten wrong passwords an account waits, from wherever they come, and after thirty attempts an address does", async () => {
  const person = await newPerson(hub, "viewer");
  const attempt = (email: string, address: string) =>
    answerSignIn(signInRequest("/sign-in/email", { email, password: "x" }, { "x-tenfold-client-address": address }), hub);
  for (let count = 0; count < 10; count += 1) expect((await attempt(person.email, `10.0.0.${count}`)).status).toBe(401);
  const refused = await attempt(person.email.toUpperCase(), "10.0.0.99");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  for (let count = 0; count < 30; count += 1) expect((await attempt(`nobody${count}`, "10.1.1.1")).status).toBe(400);
  expect((await attempt("somebody", "10.1.1.1")).status).toBe(429);
});

test("a token acts for its owner within its scopes, until it ends", async () => {
  const person = await newPerson(hub, "reviewer");
  const token = await newToken(hub, person, ["curate"]);
  const bearer = (text: string) => new Headers({ authorization: `Bearer ${text}` });
  expect(await findActor(hub, bearer(token))).toMatchObject({ userId: person.userId, token: { scopes: ["curate"] } });
  expect(await hub.database.apiToken.findFirst({ where: { userId: person.userId } })).toMatchObject({ lastUsedAt: hub.clock() });
  expect(JSON.stringify(await hub.database.apiToken.findMany())).not.toContain(token);
  expect(await findActor(hub, bearer(`${token}x`))).toBeUndefined();
  expect(await findActor(hub, bearer(await newToken(hub, person, ["read"], hub.clock())))).toBeUndefined();
  await hub.database.apiToken.updateMany({ where: { userId: person.userId }, data: { revokedAt: hub.clock() } });
  expect(await findActor(hub, bearer(token))).toBeUndefined();
});

test("what was done stays written", async () => {
  await recordAudit(hub.database, "console", "test.done", "test 1", { how: "well" });
  const entry = await hub.database.auditEntry.findFirstOrThrow({ where: { action: "test.done" } });
  expect(entry).toMatchObject({ actor: "console", via: "console", details: { how: "well" } });
  const changes = [
    () => hub.database.auditEntry.update({ where: { id: entry.id }, data: { actor: "somebody else" } }),
    () => hub.database.auditEntry.delete({ where: { id: entry.id } }),
    () => hub.database.auditEntry.deleteMany(),
    () => hub.database.$executeRaw`truncate audit_entry`,
  ];
  for (const change of changes) await expect(change()).rejects.toThrow("immutable");
  expect(await hub.database.auditEntry.findUnique({ where: { id: entry.id } })).toEqual(entry);
});
