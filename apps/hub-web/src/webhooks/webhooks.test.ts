import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { createApiCaller } from "../api/api-router.ts";
import { runNextJob } from "../jobs/run-job.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { announceReleaseKind } from "./announce-release.ts";
import { scheduleAnnouncements } from "./schedule-announcements.ts";
import { testWebhookKind } from "./test-webhook.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
let sample: SampleHub;
let status = 500;
const heard: { headers: IncomingMessage["headers"]; body: string }[] = [];
const receiver = createServer(async (request, response) => {
  heard.push({ headers: request.headers, body: (await request.toArray()).join("") });
  response.writeHead(status).end();
});

beforeAll(async () => {
  sample = await openSampleHub(undefined, { fetchAllow: ["127.0.0.1"] });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  receiver.close();
  await sample.discard();
});

function hubWith(path: string) {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
  return { ...sample, webhooks: { urls: [url], secret } };
}

async function work(hub: SampleHub) {
  await hub.database.job.updateMany({ where: { state: "queued" }, data: { runAt: new Date(0) } });
  await runNextJob({ database: hub.database, kinds: [announceReleaseKind(hub), testWebhookKind(hub)], log: hub.log });
}

test("a receiver is told of a release once it answers, signed, and not twice", async () => {
  const hub = hubWith("/hook?token=a-secret");
  await scheduleAnnouncements(hub);
  await scheduleAnnouncements(hub);
  expect(await hub.database.job.count({ where: { kind: "announce-release" } })).toBe(1);
  await work(hub);
  expect(await hub.database.announcement.count()).toBe(0);
  status = 204;
  await work(hub);
  expect(heard).toHaveLength(2);
  const { headers, body } = heard[1] ?? { headers: {}, body: "" };
  expect(JSON.parse(body)).toMatchObject({ type: "release.published", data: { channel: "stable", release: { number: 1, models: 3 } } });
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", Buffer.alloc(32, 7)).update(signed).digest("base64")}`);
  // The same message each time, so that a receiver can tell that it has it.
  expect(heard[0]?.headers["webhook-id"]).toBe(headers["webhook-id"]);

  await scheduleAnnouncements(hub);
  expect(await hub.database.job.count({ where: { kind: "announce-release", state: "queued" } })).toBe(0);
  const job = await hub.database.job.findFirstOrThrow({ where: { kind: "announce-release" } });
  expect(JSON.stringify(job, (_name, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain("a-secret");
});

test("a receiver that never answers is left alone after the last attempt, until there is a newer release", async () => {
  const hub = hubWith("/gone");
  const jobs = (state: "queued" | "failed") => hub.database.job.count({ where: { kind: "announce-release", state } });
  status = 500;
  await scheduleAnnouncements(hub);
  for (let attempt = 0; attempt < 12; attempt += 1) await work(hub);
  expect([await jobs("queued"), await jobs("failed")]).toEqual([0, 1]);
  await scheduleAnnouncements(hub);
  expect(await jobs("queued")).toBe(0);
  await hub.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date() }));
  await scheduleAnnouncements(hub);
  expect(await jobs("queued")).toBe(1);
});

test("a receiver that is configured no more is not told", async () => {
  const before = heard.length;
  await scheduleAnnouncements(hubWith("/other"));
  await work({ ...sample, webhooks: { urls: [], secret } });
  expect(heard).toHaveLength(before);
});

test("an administrator adds one, tests it, sees the answer, and it is told of releases; address and secret are not to be read afterwards", async () => {
  await sample.database.job.deleteMany({ where: { state: "queued" } });
  const { webhooks } = createApiCaller({ hub: sample, actor: await newPerson(sample, "admin") });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/added?token=hidden`;
  const { id, secret: shown } = await webhooks.create({ name: "Chat room", url });
  status = 500;
  await webhooks.test({ id });
  await work(sample);
  status = 200;
  await webhooks.test({ id });
  await work(sample);
  const { headers, body } = heard.at(-1) ?? { headers: {}, body: "" };
  expect(JSON.parse(body)).toMatchObject({ type: "webhook.test" });
  const key = Buffer.from(shown.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  await scheduleAnnouncements(sample);
  await work(sample);
  expect(JSON.parse(heard.at(-1)?.body ?? "")).toMatchObject({ type: "release.published" });

  const [view] = await webhooks.list();
  expect(view).toMatchObject({ name: "Chat room", host: new URL(url).host, added: { by: "admin", isDisabled: false } });
  expect(view?.deliveries.map(({ state, result, error }) => [state, result ?? error?.message])).toEqual([
    ["succeeded", { told: true, status: 200, release: expect.any(Number) }],
    ["succeeded", { told: true, status: 200 }],
    ["failed", expect.stringContaining("answered 500")],
  ]);
  const kept = JSON.stringify([
    view,
    await sample.database.auditEntry.findMany(),
    await sample.database.job.findMany(),
    await sample.database.announcement.findMany(),
  ]);
  expect(kept).not.toContain("hidden");
  expect(kept).not.toContain(shown);
  const row = await sample.database.webhook.findUniqueOrThrow({ where: { id } });
  expect(Buffer.from(row.sealed).toString("latin1")).not.toContain("hidden");

  const before = heard.length;
  await webhooks.setDisabled({ id, isDisabled: true });
  await sample.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date() }));
  await scheduleAnnouncements(sample);
  await work(sample);
  expect(heard).toHaveLength(before);
  await webhooks.remove({ id });
  await webhooks.remove({ id }).then(
    () => expect.unreachable(),
    (error: unknown) => expect(String(error)).toContain("no such webhook"),
  );
  const actions = await sample.database.auditEntry.findMany({ where: { action: { startsWith: "webhook." } }, orderBy: { id: "asc" } });
  expect(actions.map(({ action, subject }) => [action, subject])).toEqual(
    ["create", "test", "test", "disable", "remove"].map((what) => [`webhook.${what}`, `webhook Chat room (${row.host})`]),
  );
});

test.each(["http://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/hook", "https://10.0.0.1/hook"])(
  "a webhook at %s, which lies inside, is told nothing, and its delivery says why",
  async (url) => {
    const { webhooks } = createApiCaller({ hub: sample, actor: await newPerson(sample, "admin") });
    const { id } = await webhooks.create({ name: "Inside", url });
    await webhooks.test({ id });
    await work(sample);
    const view = (await webhooks.list()).find((one) => one.id === id);
    expect(view?.deliveries[0]).toMatchObject({ state: "failed", error: { message: expect.stringContaining("may not") } });
    await webhooks.remove({ id });
  },
);

test.each(["ftp://hub.example/x", "javascript:alert(1)", "https://name:word@hub.example/", "nonsense"])("%s is no address of a webhook", async (url) => {
  const { webhooks } = createApiCaller({ hub: sample, actor: await newPerson(sample, "admin") });
  await expect(webhooks.create({ name: "No", url })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});
