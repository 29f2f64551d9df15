import { randomBytes } from "node:crypto";
import { type Fault, type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { nodePlatform } from "../node/platform.ts";
import type { Platform } from "../platform/platform.ts";
import { openRemoteFile, type RemoteFileOptions } from "./remote-file.ts";

const MiB = 1024 * 1024;
const bytes = new Uint8Array(randomBytes(12 * MiB));
const path = "/model.bin";

let platform: TemporaryPlatform;
let server: FileServer;
const delays: number[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
  delays.length = 0;
});
afterEach(async () => {
  await server.close();
  await platform.remove();
});

async function serve(faults: Fault[] = [], content = bytes): Promise<void> {
  server = await startFileServer({ files: { [path]: content }, faults });
}

/** Time goes by as it does, so that a busy machine is not taken for a silent server; only the waits before another attempt are left out. */
function patient(): Platform {
  const { clock } = nodePlatform({ home: platform.home });
  const sleep: Platform["clock"]["sleep"] = async (durationMs, signal) => {
    if (durationMs > 20_000) return clock.sleep(durationMs, signal);
    delays.push(durationMs);
  };
  return { ...platform, clock: { ...clock, sleep } };
}

const open = (options: Partial<RemoteFileOptions> = {}) =>
  openRemoteFile({ platform: patient(), path: "model.bin", source: { url: server.url(path) }, ...options });
const ranges = () => server.requests.map(({ headers }) => headers.range);
const isSame = (found: Uint8Array, start: number, end: number) => Buffer.compare(found, bytes.subarray(start, end)) === 0;

describe("a file that is read where it lies", () => {
  it("is fetched ahead in larger and larger steps where reading goes on, and in small ones elsewhere", async () => {
    await serve();
    const file = await open();
    expect(file.sizeBytes).toBe(bytes.length);
    for (let at = 0; at < 3 * MiB; at += 100_000) expect(isSame(await file.read({ start: at, end: at + 100_000 }), at, at + 100_000)).toBe(true);
    expect(ranges()).toEqual(["bytes=0-524287", "bytes=524288-1572863", "bytes=1572864-3670015"]);
    await file.read({ start: 10 * MiB, end: 10 * MiB + 10 });
    expect(ranges().at(-1)).toBe(`bytes=${10 * MiB}-${10 * MiB + 65_535}`);
    expect(file.cost).toEqual({ requests: 4, receivedBytes: expect.any(Number) });
  });

  it("is read whole, across what is kept and what is not, and up to its end", async () => {
    await serve();
    const file = await open();
    await file.read({ start: 6 * MiB, end: 6 * MiB + 1 });
    expect(isSame(await file.read({ start: 100, end: 7 * MiB }), 100, 7 * MiB)).toBe(true);
    expect(isSame(await file.read(), 0, bytes.length)).toBe(true);
    expect(isSame(await file.read({ start: bytes.length - 5, end: bytes.length + 5 }), bytes.length - 5, bytes.length)).toBe(true);
  });

  it("is asked for once when several read the same", async () => {
    await serve();
    const file = await open({ sizeBytes: bytes.length });
    const found = await Promise.all(Array.from({ length: 5 }, (_, index) => file.read({ start: index * 1000, end: index * 1000 + 1000 })));
    expect(found.every((piece, index) => isSame(piece, index * 1000, index * 1000 + 1000))).toBe(true);
    expect(server.requestCount()).toBe(1);
  });

  it("may be empty", async () => {
    await serve([], new Uint8Array(0));
    const file = await open();
    expect([file.sizeBytes, (await file.read()).length]).toEqual([0, 0]);
  });

  it("survives connections that break and servers that ask for patience", async () => {
    await serve([
      { kind: "drop", afterBytes: 1000 },
      { kind: "status", status: 429, headers: { "retry-after": "3" } },
      { kind: "status", status: 503 },
    ]);
    expect(isSame(await (await open()).read({ start: 0, end: 5000 }), 0, 5000)).toBe(true);
    expect(delays).toEqual([500, 3000, 2000]);
  });
});

describe("a server that does not do as it is asked", () => {
  it("and ignores ranges is told so, long before the file has come", async () => {
    await serve([{ kind: "ignore-range", times: Number.POSITIVE_INFINITY }]);
    const file = await open();
    expect(isSame(await file.read({ start: 0, end: 1000 }), 0, 1000)).toBe(true);
    await expect(file.read({ start: 8 * MiB, end: 8 * MiB + 10 })).rejects.toMatchObject({
      code: "http-status",
      message: expect.stringContaining("ignores"),
      remedy: expect.stringContaining("Download the file"),
    });
    expect(file.cost.receivedBytes).toBeLessThan(2 * MiB);
  });

  it.each([
    ["ranges honoured", { kind: "etag", etag: '"another"', after: 1 } as const],
    ["ranges ignored from then on", { kind: "ignore-range", after: 1, times: 9 } as const],
  ])("and changes the file meanwhile is found out, %s", async (name, fault) => {
    await serve([fault]);
    const file = await open();
    if (name !== "ranges honoured") server.setFile(path, new Uint8Array(randomBytes(MiB)));
    await expect(file.read({ start: 8 * MiB, end: 8 * MiB + 10 })).rejects.toMatchObject({
      code: "http-status",
      message: expect.stringContaining("changed while"),
    });
  });

  it.each([
    ["sends another range", { kind: "wrong-offset", shiftBytes: 10, after: 1 } as const, "size-mismatch"],
    ["packs what was to come plain", { kind: "gzip" } as const, "size-mismatch"],
    ["refuses", { kind: "status", status: 403 } as const, "unauthorized"],
    ["has no such file", { kind: "status", status: 404 } as const, "http-status"],
    ["fails again and again", { kind: "status", status: 500, times: 99 } as const, "http-status"],
  ])("and %s ends in an error", async (_name, fault, code) => {
    await serve([fault]);
    await expect(open().then((file) => file.read({ start: 9 * MiB, end: 10 * MiB }))).rejects.toMatchObject({ code });
    expect(server.requestCount()).toBeLessThanOrEqual(4);
  });

  it("and has a file of another length than is known is not believed", async () => {
    await serve();
    const file = await open({ sizeBytes: 4e9 });
    await expect(file.read({ start: 0, end: 10 })).rejects.toMatchObject({ code: "size-mismatch" });
  });

  it("and falls silent is left after a while, or at once when the caller wants", async () => {
    await serve([{ kind: "stall", afterBytes: 100, times: 99 }]);
    const abort = new AbortController();
    const reading = open({ signal: abort.signal });
    await server.stalled();
    abort.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await expect(open({ platform })).rejects.toMatchObject({ code: "timeout" });
  });
});
