import { createHash, randomBytes } from "node:crypto";
import { type Fault, type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { silentLog } from "../contract/log.ts";
import { createConnections } from "./connection-limits.ts";
import { createDownloadQueue, type DownloadQueue } from "./download-queue.ts";

const file = new Uint8Array(randomBytes(300_000));
const sha256 = createHash("sha256").update(file).digest("hex");

let platform: TemporaryPlatform;
let server: FileServer;
beforeEach(async () => {
  platform = await temporaryPlatform();
  server = await startFileServer({ files: { "/a": file, "/b": file, "/c": file } });
});
afterEach(async () => {
  await server.close();
  await platform.remove();
});

const stall = (path: string): Fault => ({ kind: "stall", afterBytes: 100_000, path });

function add(queue: DownloadQueue, path: string, settings: { priority?: number; signal?: AbortSignal } = {}) {
  const request = { name: path, sha256, sizeBytes: file.length, sources: [{ url: server.url(path) }], path: `partial${path}` };
  return queue.add(request, { platform, log: silentLog, stallTimeoutMs: 3_600_000, ...settings });
}

const onDisk = async (path: string) =>
  createHash("sha256")
    .update(await platform.files.read(`partial${path}`))
    .digest("hex");

describe("a download queue", () => {
  it("fetches several files at once and tells how far each is", async () => {
    const queue = createDownloadQueue();
    const tasks = ["/a", "/b", "/c"].map((path) => add(queue, path));
    const seen: string[] = [];
    tasks[0]?.observe(({ state }) => void seen.push(state));
    await Promise.all(tasks.map(({ result }) => result));
    expect(await Promise.all(["/a", "/b", "/c"].map(onDisk))).toEqual([sha256, sha256, sha256]);
    expect(tasks.map(({ state, progress }) => [state, progress.receivedBytes])).toEqual(Array(3).fill(["done", file.length]));
    expect([...new Set(seen)]).toEqual(["running", "done"]);
    expect(queue.tasks).toEqual([]);
  });

  it("opens no more connections to a host than it may", async () => {
    server.addFault(stall("/a"));
    const queue = createDownloadQueue({ limits: { perHost: 1 } });
    const first = add(queue, "/a");
    await server.stalled();
    const others = [add(queue, "/b"), add(queue, "/c")];
    expect([first, ...others].map(({ state }) => state)).toEqual(["running", "waiting", "waiting"]);
    expect(server.requestCount()).toBe(1);
    server.release();
    await Promise.all([first, ...others].map(({ result }) => result));
    expect(server.requestCount()).toBe(3);
  });

  it("pauses and goes on with what came", async () => {
    server.addFault(stall("/a"));
    const queue = createDownloadQueue();
    const task = add(queue, "/a");
    const came = new Promise<void>((resolve) => {
      task.observe(({ progress }) => progress.receivedBytes >= 100_000 && resolve());
    });
    await came;
    task.pause();
    task.pause();
    expect(task.state).toBe("paused");
    expect(queue.tasks).toEqual([task]);
    task.resume();
    await task.result;
    expect(await onDisk("/a")).toBe(sha256);
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=100000-${file.length - 1}`);
  });

  it("gives the place of a paused download to the next", async () => {
    server.addFault(stall("/a"));
    const queue = createDownloadQueue({ limits: { total: 1 } });
    const [first, second] = [add(queue, "/a"), add(queue, "/b")];
    await server.stalled();
    first.pause();
    await second.result;
    first.resume();
    await first.result;
    expect(await onDisk("/a")).toBe(sha256);
  });

  it("ends a cancelled download with the reason", async () => {
    server.addFault(stall("/a"));
    const queue = createDownloadQueue();
    const task = add(queue, "/a");
    await server.stalled();
    const reason = new Error("not wanted any more");
    task.cancel(reason);
    await expect(task.result).rejects.toBe(reason);
    task.resume();
    task.cancel();
    expect(task.state).toBe("cancelled");
    expect(queue.tasks).toEqual([]);
  });

  it("ends a paused download when its signal aborts", async () => {
    const abort = new AbortController();
    const task = add(createDownloadQueue(), "/a", { signal: abort.signal });
    task.pause();
    abort.abort(new Error("closing"));
    await expect(task.result).rejects.toThrow("closing");
    expect(task.state).toBe("cancelled");
  });

  it("is not held up by a download that fails", async () => {
    server.addFault({ kind: "status", status: 404, path: "/a" });
    const queue = createDownloadQueue({ limits: { total: 1 } });
    const [bad, good] = [add(queue, "/a"), add(queue, "/b")];
    await expect(bad.result).rejects.toMatchObject({ code: "http-status" });
    await good.result;
    expect([bad.state, good.state]).toEqual(["failed", "done"]);
  });
});

describe("places for connections", () => {
  it("go to the higher priority, then to who came first, and to other hosts meanwhile", async () => {
    const places = createConnections({ total: 2, perHost: 1 });
    const release = await places.acquire("one");
    const order: string[] = [];
    const wait = (name: string, priority: number) =>
      places.acquire("one", { priority }).then((free) => {
        order.push(name);
        free();
      });
    const waiting = [wait("first", 0), wait("second", 0), wait("urgent", 1)];
    const other = await places.acquire("two");
    other();
    expect(places.tryAcquire("one")).toBeUndefined();
    release();
    release();
    await Promise.all(waiting);
    expect(order).toEqual(["urgent", "first", "second"]);
  });

  it("are not kept for those who gave up", async () => {
    const places = createConnections({ total: 1, perHost: 1 });
    const release = await places.acquire("one");
    const abort = new AbortController();
    const given = places.acquire("one", { signal: abort.signal });
    abort.abort(new Error("gave up"));
    await expect(given).rejects.toThrow("gave up");
    await expect(places.acquire("one", { signal: abort.signal })).rejects.toThrow("gave up");
    release();
    expect(places.tryAcquire("one")).toBeTypeOf("function");
  });
});
