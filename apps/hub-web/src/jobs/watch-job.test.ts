import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson, newToken } from "../../test/people.ts";
import { answerTrpc } from "../api/answer-trpc.ts";
import type { Actor } from "../people/actor.ts";
import { cancelJob } from "./cancel-job.ts";
import { enqueueJob } from "./enqueue-job.ts";
import { watchJob } from "./watch-job.ts";
import { createWatchPlaces } from "./watch-places.ts";

let hub: SampleHub;
let viewer: Actor;
let token: string;
const stopping = new AbortController();
beforeAll(async () => {
  hub = await openSampleHub([], { stopping: stopping.signal });
  viewer = await newPerson(hub, "viewer");
  token = await newToken(hub, viewer, ["read"]);
});
afterAll(() => hub.discard());

const add = () => enqueueJob(hub.database, { kind: "note", title: "a note", input: {} });
/** What a browser's EventSource asks for. */
const watch = (id: string, { signal, authorization = `Bearer ${token}` }: { signal?: AbortSignal; authorization?: string } = {}) =>
  answerTrpc(
    new Request(`http://hub.example/api/trpc/jobs.watch?input=${encodeURIComponent(JSON.stringify({ id }))}`, {
      headers: { accept: "text/event-stream", authorization },
      ...(signal && { signal }),
    }),
    hub,
  );
/** The events of an answer, as they come. */
async function* events(response: Response): AsyncGenerator<{ event: string; data: { job?: { state: string }; log?: { message: string }[] } }> {
  let rest = "";
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (rest + Buffer.from(piece).toString("utf8")).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(part)?.[1];
      const data = field("data");
      if (data !== undefined) yield { event: field("event") ?? "message", data: data === "" ? {} : JSON.parse(data) };
    }
  }
}

test("a job is told as it goes on, with each line once, until it has ended; then the answer ends and its place is free", async () => {
  const id = await add();
  await hub.database.jobEntry.create({ data: { jobId: id, level: "info", message: "first" } });
  const response = await watch(id);
  expect([response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
    "text/event-stream",
    expect.stringMatching(/no-transform.*no-store/),
  ]);
  const seen: string[] = [];
  for await (const { event, data } of events(response)) {
    if (event === "ping") continue;
    seen.push(event === "message" ? [data.job?.state, ...(data.log ?? []).map(({ message }) => message)].join(" ") : event);
    if (seen.length === 2) {
      expect(hub.watchPlaces.taken).toBe(1);
      await hub.database.job.update({ where: { id }, data: { state: "running", entries: { create: { level: "info", message: "second" } } } });
    }
    if (data.job?.state === "running") await hub.database.job.update({ where: { id }, data: { state: "succeeded", finishedAt: new Date() } });
    if (seen.length === 4) await hub.database.jobEntry.create({ data: { jobId: id, level: "info", message: "after the end" } });
  }
  expect(seen).toEqual(["connected", "queued first", "running second", "succeeded", "succeeded after the end", "return"]);
  expect(hub.watchPlaces.taken).toBe(0);
});

test("one person watches four jobs at once; whoever leaves gives the place back", async () => {
  const id = await add();
  const leaving = Array.from({ length: 4 }, () => new AbortController());
  const open = await Promise.all(leaving.map(({ signal }) => watch(id, { signal })));
  const streams = open.map((response) => events(response));
  for (const stream of streams) await stream.next();
  await expect.poll(() => hub.watchPlaces.taken).toBe(4);
  let refusal = "";
  for await (const { event, data } of events(await watch(id))) if (event !== "connected") refusal += JSON.stringify(data);
  expect(refusal).toContain("Too many pages");
  for (const controller of leaving) controller.abort();
  await expect.poll(() => hub.watchPlaces.taken).toBe(0);
  await cancelJob(hub.database, id);
});

test("strangers watch nothing, and who may no longer watch is told nothing more", async () => {
  const id = await add();
  const stranger = await watch(id, { authorization: "" });
  const told = await stranger.text();
  expect(told).toContain("Sign in first");
  expect(told).not.toContain("a note");

  let mayWatch = true;
  const seen = [];
  const watched = watchJob(hub.database, id, { afterLine: 0, signal: new AbortController().signal, mayWatch: async () => mayWatch, everyMs: 5, checkMs: 0 });
  for await (const { job } of watched) {
    seen.push(job.state);
    mayWatch = false;
    await hub.database.job.update({ where: { id }, data: { state: "running" } });
  }
  expect(seen).toEqual(["queued"]);
});

test("a job that is not there ends at once, and a hub that stops lets nobody wait", async () => {
  const none = [];
  for await (const { event } of events(await watch(crypto.randomUUID()))) none.push(event);
  expect(none).toEqual(["connected", "return"]);
  const stream = events(await watch(await add()));
  await stream.next();
  await stream.next();
  stopping.abort(new Error("the hub is stopping"));
  const last = [];
  for await (const { event } of stream) last.push(event);
  expect(last).toEqual(["return"]);
});

test("places are given back once, and all together there are so many", () => {
  const places = createWatchPlaces({ each: 2, together: 3 });
  const [first] = [places.take("ann"), places.take("ann")];
  expect(places.take("ann")).toBeUndefined();
  expect(places.take("bob")).toBeDefined();
  expect(places.take("cid")).toBeUndefined();
  first?.();
  first?.();
  expect([places.taken, places.take("cid") !== undefined, places.take("dan")]).toEqual([2, true, undefined]);
});
