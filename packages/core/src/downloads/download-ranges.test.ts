import { createHash, randomBytes } from "node:crypto";
import type { ChunkList } from "@tenfold/catalog";
import { type Fault, type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { silentLog } from "../contract/log.ts";
import { type DownloadSettings, download } from "./download.ts";

const chunkSizeBytes = 64 * 1024;
const path = "partial/file";
const file = new Uint8Array(randomBytes(40 * chunkSizeBytes + 77));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const chunkList: ChunkList = {
  schemaVersion: 1,
  sha256: digest(file),
  sizeBytes: file.length,
  chunkSizeBytes,
  chunks: Array.from({ length: 41 }, (_, index) => digest(file.subarray(index * chunkSizeBytes, (index + 1) * chunkSizeBytes))),
};

/** Slow enough that a second connection is always worth trying: the platform's clock runs a hundred times faster. */
const slowly: Fault = { kind: "throttle", bytesPerSecond: 8 * 1024 * 1024, times: Number.POSITIVE_INFINITY };

let platform: TemporaryPlatform;
const servers: FileServer[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await platform.remove();
});

async function serve(faults: Fault[]): Promise<FileServer> {
  const server = await startFileServer({ files: { "/file": file }, faults: [...faults, slowly] });
  servers.push(server);
  return server;
}

function fetchFrom(sources: FileServer[], settings: Partial<DownloadSettings> = {}) {
  return download(
    { name: "model.gguf", sha256: digest(file), sizeBytes: file.length, chunkList, sources: sources.map((server) => ({ url: server.url("/file") })), path },
    { platform, log: silentLog, stallTimeoutMs: 3_600_000, splitBytes: 2 * chunkSizeBytes, ...settings },
  );
}

const onDisk = async () => digest(await platform.files.read(path));
const startsOf = (server: FileServer) => server.requests.map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1]));

describe("a file in several ranges", () => {
  it("comes over more connections than one, each at another place, whole and counted once", async () => {
    const server = await serve([]);
    const seen: number[] = [];
    await fetchFrom([server], { onProgress: ({ receivedBytes }) => seen.push(receivedBytes) });
    expect(await onDisk()).toBe(digest(file));
    const starts = startsOf(server);
    expect(starts.length).toBeGreaterThan(1);
    expect(new Set(starts).size).toBe(starts.length);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.at(-1)).toBe(file.length);
  });

  it("comes over one connection when that is all that is allowed", async () => {
    const server = await serve([]);
    await fetchFrom([server], { connections: 1 });
    expect(server.requestCount()).toBe(1);
    expect(server.bytesSent()).toBe(file.length);
  });

  it.each<[string, Fault]>([
    ["drops a later connection", { kind: "drop", afterBytes: 100, after: 1, times: 2 }],
    ["refuses a later connection", { kind: "status", status: 503, after: 1 }],
    ["forbids a later connection", { kind: "status", status: 403, after: 1 }],
    ["ignores the range of a later connection", { kind: "ignore-range", after: 1, times: 3 }],
  ])("is not disturbed by a source that %s", async (_what, fault) => {
    await fetchFrom([await serve([fault])]);
    expect(await onDisk()).toBe(digest(file));
  });

  it("takes a range that a source spoils from another", async () => {
    const spoiling = await serve([{ kind: "flip", atByte: 30 * chunkSizeBytes, times: Number.POSITIVE_INFINITY }]);
    await fetchFrom([spoiling, await serve([])]);
    expect(await onDisk()).toBe(digest(file));
  });

  it("ends altogether, with the reason, when it is aborted", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const running = fetchFrom([await serve([])], {
      signal: abort.signal,
      onProgress: ({ receivedBytes }) => receivedBytes > file.length / 2 && abort.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    await fetchFrom([await serve([])]);
    expect(await onDisk()).toBe(digest(file));
  });

  it("goes on inside each range after a process ended", async () => {
    const large = new Uint8Array(randomBytes(16 * 1024 * 1024));
    const half = large.length / 2;
    const list = {
      ...chunkList,
      sha256: digest(large),
      sizeBytes: large.length,
      chunkSizeBytes: half,
      chunks: [large.subarray(0, half), large.subarray(half)].map(digest),
    };
    // The first range had come to 3 MiB and the second to 2 MiB of 8; between them lies nothing.
    const partial = large.slice(0, half + 2 * 1024 * 1024);
    partial.fill(0, 3 * 1024 * 1024, half);
    await platform.files.writeAtomic(path, partial);
    const server = await serve([]);
    server.setFile("/file", large);
    await download(
      { name: "model.gguf", sha256: list.sha256, sizeBytes: large.length, chunkList: list, sources: [{ url: server.url("/file") }], path },
      { platform, log: silentLog, connections: 1 },
    );
    expect(await onDisk()).toBe(list.sha256);
    // A random byte may be zero where the range broke off.
    expect(server.bytesSent()).toBeLessThan(large.length - 5 * 1024 * 1024 + 16);
  });
});
