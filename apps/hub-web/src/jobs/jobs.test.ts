import { TenfoldError } from "@tenfold/catalog";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { deferred } from "../../test/deferred.ts";
import { openEmptyDatabase } from "../../test/open-empty-database.ts";
import { cancelJob } from "./cancel-job.ts";
import { claimJob } from "./claim-job.ts";
import { completeJob } from "./end-job.ts";
import { enqueueJob, type NewJob } from "./enqueue-job.ts";
import { type JobContext, type JobKind, jobKind } from "./job-kind.ts";
import { findJob, listJobs } from "./job-queries.ts";
import { restartJob } from "./restart-job.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { runNextJob } from "./run-job.ts";
import { startWorker } from "./start-worker.ts";

let opened: Awaited<ReturnType<typeof openEmptyDatabase>>;
beforeAll(async () => {
  opened = await openEmptyDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.job.deleteMany();
  await opened.database.driftAlert.deleteMany();
});

/** A kind whose work is given, and that writes a row for each time it is done. */
function kind(run: (context: JobContext) => Promise<void> = async () => {}): JobKind {
  return jobKind({
    name: "note",
    input: z.object({ text: z.string() }),
    mostAttempts: 3,
    async run({ text }, context) {
      await run(context);
      return { result: { text }, write: async (transaction) => void (await transaction.driftAlert.create({ data: note(text) })) };
    },
  });
}
const note = (text: string) => ({ modelId: "m", kind: "note", subject: text, before: "", after: crypto.randomUUID() });
const add = (more: Partial<NewJob> = {}) => enqueueJob(opened.database, { kind: "note", title: "a note", input: { text: "hello" }, mostAttempts: 3, ...more });
const next = (run?: (context: JobContext) => Promise<void>, signal?: AbortSignal) =>
  runNextJob({ database: opened.database, kinds: [kind(run)], log: opened.log, heartbeatMs: 20, ...(signal && { signal }) });
const notes = () => opened.database.driftAlert.count();
const look = async (id: string) => {
  const found = await findJob(opened.database, id);
  if (found === undefined) throw new Error("no such job");
  return { ...found.job, lines: found.log.map(({ message }) => message) };
};
/** As if the time that a worker or a failure has were over. */
const timePasses = (id: string) => opened.database.job.update({ where: { id }, data: { leasedUntil: new Date(0), runAt: new Date(0) } });

test("a job is done once, and its log and result stay", async () => {
  const id = await add({ modelId: "m", createdBy: "ann" });
  expect(await look(id)).toMatchObject({ state: "queued", attempt: 0, createdBy: "ann" });
  expect(await next(async ({ log }) => log("at work"))).toBe(id);
  expect(await next()).toBeUndefined();
  expect(await look(id)).toMatchObject({ state: "succeeded", attempt: 1, result: { text: "hello" }, lines: ["at work"], finishedAt: expect.any(String) });
  expect(await notes()).toBe(1);
  expect((await listJobs(opened.database, { modelId: "m" })).map((job) => job.id)).toEqual([id]);
  expect(await listJobs(opened.database, { modelId: "other" })).toEqual([]);
});

test("of one key one job waits or runs, and when it has ended the next may", async () => {
  const ids = await Promise.all([add({ key: "a" }), add({ key: "a" }), add({ key: "a" })]);
  expect(new Set(ids).size).toBe(1);
  expect(await add({ key: "b" })).not.toBe(ids[0]);
  await next(async () => expect(await add({ key: "a" })).toBe(ids[0]));
  expect(await add({ key: "a" })).not.toBe(ids[0]);
});

test("workers that ask at once get different jobs", async () => {
  const ids = await Promise.all([add(), add(), add()]);
  const claimed = await Promise.all(Array.from({ length: 6 }, () => claimJob(opened.database, ["note"], 30_000)));
  expect(claimed.flatMap((job) => job?.id ?? []).sort()).toEqual(ids.sort());
});

test("a job for later, and one of a kind that this worker does not know, wait", async () => {
  await add({ runAt: new Date(Date.now() + 3_600_000) });
  await add({ kind: "other" });
  expect(await next()).toBeUndefined();
});

test("a worker that died loses its job to the next, and can write nothing any more", async () => {
  const id = await add();
  const dead = await claimJob(opened.database, ["note"], 30_000);
  if (dead === undefined) throw new Error("nothing claimed");
  expect(await next()).toBeUndefined();
  await timePasses(id);
  expect(await next()).toBe(id);
  expect(await look(id)).toMatchObject({ state: "succeeded", attempt: 2, lines: ["attempt 2 of 3"] });
  const late = await completeJob(opened.database, dead, {
    result: {},
    write: async (transaction) => void (await transaction.driftAlert.create({ data: note("late") })),
  });
  expect([late, await notes()]).toEqual([false, 1]);
});

test("a worker that was too slow hears of it, stops, and writes nothing", async () => {
  const id = await add();
  await next(async ({ signal }) => {
    await timePasses(id);
    await claimJob(opened.database, ["note"], 30_000);
    await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  expect(await look(id)).toMatchObject({ state: "running", attempt: 2 });
  expect(await notes()).toBe(0);
});

test("what failed is tried again later, and not for ever", async () => {
  const id = await add();
  const broken = async () => Promise.reject(new TenfoldError("network", "the line is cut"));
  await next(broken);
  expect(await look(id)).toMatchObject({
    state: "queued",
    attempt: 1,
    error: { code: "network" },
    lines: ["the line is cut", expect.stringMatching(/^tried again in 1[0-2] s$/)],
  });
  expect(await next()).toBeUndefined();
  for (let attempt = 2; attempt <= 3; attempt += 1) {
    await timePasses(id);
    await next(broken);
  }
  expect(await look(id)).toMatchObject({ state: "failed", attempt: 3, error: { code: "network", message: "the line is cut", remedy: expect.any(String) } });
  expect(await notes()).toBe(0);

  const again = await restartJob(opened.database, id, "bob");
  expect(again).not.toBe(id);
  expect(await look(again)).toMatchObject({ state: "queued", attempt: 0, createdBy: "bob" });
  await expect(restartJob(opened.database, again)).rejects.toMatchObject({ code: "invalid-input" });
});

test("what cannot get better is not tried again, and bad input is such", async () => {
  const id = await add();
  await next(async () => Promise.reject(new TenfoldError("invalid-format", "no model")));
  expect(await look(id)).toMatchObject({ state: "failed", attempt: 1 });
  const wrong = await add({ input: { text: 5 } });
  await next();
  expect(await look(wrong)).toMatchObject({ state: "failed", error: { code: "invalid-input" } });
});

test("when what it changes cannot be written, it is not done", async () => {
  const id = await add();
  const failing = { ...kind(), run: async () => ({ result: {}, write: async () => Promise.reject(new Error("no room")) }) };
  await runNextJob({ database: opened.database, kinds: [failing], log: opened.log });
  expect(await look(id)).toMatchObject({ state: "queued", error: { message: "no room" } });
});

test("a job that takes its worker with it each time ends, and one that was cancelled meanwhile too", async () => {
  const [id, cancelled] = [await add(), await add()];
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect((await claimJob(opened.database, ["note"], 30_000))?.id).toBe(id);
    if (attempt === 1) expect((await claimJob(opened.database, ["note"], 30_000))?.id).toBe(cancelled);
    await timePasses(id);
  }
  await cancelJob(opened.database, cancelled);
  await timePasses(cancelled);
  expect(await next()).toBeUndefined();
  expect(await look(id)).toMatchObject({ state: "failed", error: { code: "crashed" } });
  expect((await look(cancelled)).state).toBe("cancelled");
});

test("a job is cancelled while it waits, and while it runs", async () => {
  const waiting = await add();
  await cancelJob(opened.database, waiting);
  expect((await look(waiting)).state).toBe("cancelled");
  expect(await next()).toBeUndefined();

  const running = await add();
  await next(async ({ signal }) => {
    await cancelJob(opened.database, running);
    await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  expect(await look(running)).toMatchObject({ state: "cancelled", lines: ["cancelled"] });
  await expect(cancelJob(opened.database, running)).rejects.toMatchObject({ code: "invalid-input" });
  expect(await notes()).toBe(0);
});

test("a worker that stops puts its job back, and the attempt does not count", async () => {
  const id = await add();
  const stopping = new AbortController();
  await next(async ({ signal }) => {
    stopping.abort(new Error("stop"));
    signal.throwIfAborted();
  }, stopping.signal);
  expect(await look(id)).toMatchObject({ state: "queued", attempt: 0 });
  expect(await next()).toBe(id);
});

test("how far it is can be seen while it runs", async () => {
  const id = await add();
  await next(async ({ progress }) => {
    progress({ stage: "reading", doneBytes: 5, totalBytes: 10 });
    await expect.poll(async () => (await look(id)).progress).toEqual({ stage: "reading", doneBytes: 5, totalBytes: 10 });
  });
});

test("a worker takes what comes, looks for what is due, and stops", async () => {
  const done = deferred();
  let sweeps = 0;
  const sweep = async () => {
    sweeps += 1;
    if (sweeps === 1) await add();
  };
  const worker = startWorker({ database: opened.database, kinds: [kind(async () => done.resolve())], log: opened.log, idleMs: 10, sweep });
  await done.promise;
  await worker.stop();
  await worker.stop();
  expect(sweeps).toBe(1);
});

test("waits grow up to half an hour", () => {
  expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, () => 0))).toEqual([10_000, 20_000, 40_000]);
  expect(retryDelayMs(50, () => 1)).toBe(36 * 60_000);
});
