import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { runNextJob } from "../jobs/run-job.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { announceReleaseKind } from "./announce-release.ts";
import { scheduleAnnouncements } from "./schedule-announcements.ts";

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
  await runNextJob({ database: hub.database, kinds: [announceReleaseKind(hub)], log: hub.log });
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
