import { createHash } from "node:crypto";
import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import { type Fault, type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { silentLog } from "../contract/log.ts";
import { type DownloadRequest, type DownloadSettings, download } from "./download.ts";

const chunkSizeBytes = 64 * 1024;
const path = "partial/file";

/** Bytes that never repeat, so that a piece in the wrong place is noticed. */
function content(sizeBytes: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function chunkListOf(bytes: Uint8Array): ChunkList {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSizeBytes) }, (_, index) =>
    sha256(bytes.subarray(index * chunkSizeBytes, (index + 1) * chunkSizeBytes)),
  );
  return { schemaVersion: 1, sha256: sha256(bytes), sizeBytes: bytes.length, chunkSizeBytes, chunks };
}

const file = content(5 * chunkSizeBytes + 1234);
const other = content(file.length, 7);

let platform: TemporaryPlatform;
const servers: FileServer[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await platform.remove();
});

async function serve(bytes: Uint8Array = file, faults: Fault[] = []): Promise<FileServer> {
  const server = await startFileServer({ files: { "/file": bytes }, faults });
  servers.push(server);
  return server;
}

function fetchFrom(sources: FileServer[], request: Partial<DownloadRequest> = {}, settings: Partial<DownloadSettings> = {}) {
  return download(
    { name: "model.gguf", sha256: sha256(file), sources: sources.map((server) => ({ url: server.url("/file") })), path, ...request },
    { platform, log: silentLog, stallTimeoutMs: 3_600_000, ...settings },
  );
}

const onDisk = async () => sha256(await platform.files.read(path));
const withChunks = { chunkList: chunkListOf(file), sizeBytes: file.length };

describe.each([
  ["with a chunk list", withChunks],
  ["with its size and digest alone", { sizeBytes: file.length }],
  ["with its digest alone", {}],
])("a download %s", (_kind, known) => {
  it("brings the file and its chunk list", async () => {
    const server = await serve();
    const list = await fetchFrom([server], known);
    expect(await onDisk()).toBe(sha256(file));
    expect(list.sha256).toBe(sha256(file));
    expect(list.sizeBytes).toBe(file.length);
    expect(server.bytesSent()).toBe(file.length);
  });

  it("reports bytes that only grow, up to all of them", async () => {
    const seen: number[] = [];
    await fetchFrom([await serve()], known, { onProgress: ({ receivedBytes }) => seen.push(receivedBytes) });
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.at(-1)).toBe(file.length);
  });

  it("asks for nothing when the file is there already", async () => {
    await platform.files.writeAtomic(path, file);
    const server = await serve();
    await fetchFrom([server], known);
    expect(server.requestCount()).toBe(0);
  });

  it("goes on where a dropped connection left off", async () => {
    const server = await serve(file, [{ kind: "drop", afterBytes: 3 * chunkSizeBytes + 500 }]);
    // A connection that dies may take bytes with it that were never read: what counts is what had come when it was noticed.
    let receivedBytes = 0;
    const atDrop: number[] = [];
    await fetchFrom([server], known, { onProgress: (progress) => (receivedBytes = progress.receivedBytes), log: () => atDrop.push(receivedBytes) });
    expect(await onDisk()).toBe(sha256(file));
    expect(server.requestCount()).toBe(2);
    expect(Number(/^bytes=(\d+)-/.exec(server.requests[1]?.headers.range ?? "bytes=0-")?.[1])).toBe(atDrop[0]);
  });

  it("keeps what an earlier process fetched", async () => {
    await platform.files.writeAtomic(path, file.slice(0, 4 * chunkSizeBytes + 99));
    const server = await serve();
    await fetchFrom([server], known);
    expect(await onDisk()).toBe(sha256(file));
    expect(server.bytesSent()).toBe(file.length - 4 * chunkSizeBytes - 99);
  });

  it("is not misled by what else lies there", async () => {
    await platform.files.writeAtomic(path, other.slice(0, 2 * chunkSizeBytes + 7));
    await fetchFrom([await serve()], known);
    expect(await onDisk()).toBe(sha256(file));
  });

  it("cuts off what lies behind the end", async () => {
    const longer = new Uint8Array(file.length + 100);
    longer.set(file);
    await platform.files.writeAtomic(path, longer);
    await fetchFrom([await serve()], known);
    expect(await onDisk()).toBe(sha256(file));
  });

  it.each<[string, Fault]>([
    ["answers 503 first", { kind: "status", status: 503 }],
    ["answers 429 first", { kind: "status", status: 429, headers: { "retry-after": "7" } }],
    ["closes the connection before the first byte", { kind: "drop", afterBytes: 0 }],
    ["promises more bytes than it sends", { kind: "content-length", differenceBytes: 100 }],
  ])("gets there although the server %s", async (_what, fault) => {
    const server = await serve(file, [{ ...fault, times: 2 }]);
    await fetchFrom([server], known);
    expect(await onDisk()).toBe(sha256(file));
    if (fault.kind === "status" && fault.status === 429) expect(platform.sleeps.filter((durationMs) => durationMs >= 7000)).not.toHaveLength(0);
  });

  it("goes on after a silence", async () => {
    const server = await serve(file, [{ kind: "stall", afterBytes: chunkSizeBytes + 10 }]);
    await fetchFrom([server], known, { stallTimeoutMs: 20_000 });
    expect(await onDisk()).toBe(sha256(file));
  });

  it("refuses a file that is not what its digest says, and says which digest it has", async () => {
    const error = await fetchFrom([await serve(other)], known).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "digest-mismatch", retryable: false });
  });

  it("takes the next source when the first one lies", async () => {
    const [bad, good] = [await serve(other), await serve()];
    await fetchFrom([bad, good], known);
    expect(await onDisk()).toBe(sha256(file));
    expect(bad.requestCount()).toBe(1);
  });

  it("takes the next source when the first one is gone, without waiting", async () => {
    const [gone, good] = [await serve(file, [{ kind: "status", status: 404, times: Number.POSITIVE_INFINITY }]), await serve()];
    await fetchFrom([gone, good], known);
    expect(await onDisk()).toBe(sha256(file));
  });

  it("stops when aborted, with the reason, and keeps what came", async () => {
    const server = await serve(file, [{ kind: "stall", afterBytes: 3 * chunkSizeBytes }]);
    const abort = new AbortController();
    const reason = new Error("enough");
    const running = fetchFrom([server], known, { signal: abort.signal });
    await server.stalled();
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    await fetchFrom([server], known);
    expect(await onDisk()).toBe(sha256(file));
  });

  it("gives up after several attempts without progress, with the last error", async () => {
    const server = await serve(file, [{ kind: "status", status: 500, times: Number.POSITIVE_INFINITY }]);
    await expect(fetchFrom([server], known, { attempts: 3 })).rejects.toMatchObject({ code: "http-status", details: { status: 500 } });
    expect(server.requestCount()).toBe(3);
  });

  it.each<[string, Fault, string]>([
    ["compresses the body", { kind: "gzip" }, "size-mismatch"],
    ["wants a sign-in", { kind: "status", status: 401 }, "unauthorized"],
  ])("fails at once when the only source %s", async (_what, fault, code) => {
    const server = await serve(file, [{ ...fault, times: Number.POSITIVE_INFINITY }]);
    await expect(fetchFrom([server], known)).rejects.toMatchObject({ code });
    expect(server.requestCount()).toBe(1);
  });
});

describe("a download with a chunk list", () => {
  it("fetches only the chunks that are wrong", async () => {
    const damaged = file.slice();
    for (const at of [chunkSizeBytes + 5, 4 * chunkSizeBytes]) damaged[at] = (damaged[at] ?? 0) ^ 1;
    await platform.files.writeAtomic(path, damaged);
    const server = await serve();
    await fetchFrom([server], withChunks);
    expect(await onDisk()).toBe(sha256(file));
    expect(server.bytesSent()).toBe(2 * chunkSizeBytes);
  });

  it("keeps the good chunks of a source that sends a bad one, and takes that one elsewhere", async () => {
    const spoiling = await serve(file, [{ kind: "flip", atByte: 3 * chunkSizeBytes + 1, times: Number.POSITIVE_INFINITY }]);
    const good = await serve();
    await fetchFrom([spoiling, good], withChunks);
    expect(await onDisk()).toBe(sha256(file));
    expect(good.bytesSent()).toBe(file.length - 3 * chunkSizeBytes);
  });

  it("mixes sources within one file", async () => {
    const [first, second] = [await serve(file, [{ kind: "drop", afterBytes: 2 * chunkSizeBytes, times: Number.POSITIVE_INFINITY }]), await serve()];
    let receivedBytes = 0;
    const atDrop: number[] = [];
    await fetchFrom([first, second], withChunks, { onProgress: (progress) => (receivedBytes = progress.receivedBytes), log: () => atDrop.push(receivedBytes) });
    expect(await onDisk()).toBe(sha256(file));
    expect([first.requestCount(), second.requestCount()]).toEqual([1, 1]);
    // The second source is asked for exactly what had not come from the first.
    expect(second.bytesSent()).toBe(file.length - (atDrop[0] ?? 0));
  });

  it("reads the right part of a body whose server ignores ranges", async () => {
    await platform.files.writeAtomic(path, file.slice(0, 3 * chunkSizeBytes));
    await fetchFrom([await serve(file, [{ kind: "ignore-range", times: 9 }])], withChunks);
    expect(await onDisk()).toBe(sha256(file));
  });

  it("does not take bytes from another place in the file for the ones it asked for", async () => {
    await platform.files.writeAtomic(path, file.slice(0, chunkSizeBytes));
    const server = await serve(file, [{ kind: "wrong-offset", shiftBytes: 10, times: Number.POSITIVE_INFINITY }]);
    await expect(fetchFrom([server], withChunks)).rejects.toMatchObject({ code: "size-mismatch" });
    expect(sha256(await platform.files.read(path, { start: 0, end: chunkSizeBytes }))).toBe(withChunks.chunkList.chunks[0]);
  });

  it("stops reading a body that never ends", async () => {
    await fetchFrom([await serve(file, [{ kind: "endless", times: 9 }])], withChunks);
    expect(await onDisk()).toBe(sha256(file));
  });

  it("never goes back over many dropped connections", async () => {
    const server = await serve(file, [{ kind: "drop", afterBytes: chunkSizeBytes / 2, times: 8 }]);
    // A connection that dies may take bytes with it that were never read, so some attempts bring nothing.
    await fetchFrom([server], withChunks, { attempts: 20 });
    expect(await onDisk()).toBe(sha256(file));
    const starts = server.requests.map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range ?? "bytes=0-")?.[1]));
    expect(starts.length).toBeGreaterThan(8);
    expect(starts).toEqual([...starts].sort((left, right) => left - right));
  });
});

describe("a download that cannot begin", () => {
  it("says that there is no source", async () => {
    await expect(fetchFrom([])).rejects.toMatchObject({ code: "no-source", message: expect.stringContaining("model.gguf") });
  });

  it("refuses a source whose file has another size than the catalog says", async () => {
    await expect(fetchFrom([await serve()], { sizeBytes: file.length - 1 })).rejects.toMatchObject({ code: "size-mismatch" });
  });

  it("says how much space is missing before it fetches anything", async () => {
    const server = await serve();
    const full = { ...platform, files: { ...platform.files, freeBytes: async () => 1000 } };
    await expect(fetchFrom([server], withChunks, { platform: full })).rejects.toMatchObject({
      code: "disk-full",
      details: { neededBytes: file.length, freeBytes: 1000 },
    });
    expect(server.requestCount()).toBe(0);
  });

  it("writes nothing of a file that its source claims to be larger than the disk", async () => {
    const server = await serve(file, [{ kind: "content-length", differenceBytes: 10 ** 15 }]);
    await expect(fetchFrom([server], {})).rejects.toMatchObject({ code: "disk-full" });
    expect((await platform.files.stat(path))?.sizeBytes ?? 0).toBe(0);
  });

  it("keeps everything when the disk fills up on the way", async () => {
    const server = await serve();
    const filling = {
      ...platform,
      files: {
        ...platform.files,
        open: async (name: string) => {
          const real = await platform.files.open(name);
          return {
            ...real,
            write: async (bytes: Uint8Array, position: number) => {
              if (position + bytes.length > 3 * chunkSizeBytes) throw new TenfoldError("disk-full", "No space is left.");
              return real.write(bytes, position);
            },
          };
        },
      },
    };
    await expect(fetchFrom([server], withChunks, { platform: filling })).rejects.toMatchObject({ code: "disk-full" });
    const before = server.bytesSent();
    await fetchFrom([server], withChunks);
    expect(await onDisk()).toBe(sha256(file));
    expect(server.bytesSent() - before).toBeLessThanOrEqual(file.length - 2 * chunkSizeBytes);
  });

  it("follows a redirect to another host without the credentials", async () => {
    const target = await serve();
    const first = await serve(file, [{ kind: "redirect", to: target.url("/file").replace("127.0.0.1", "localhost"), times: 9 }]);
    await download(
      { name: "model.gguf", sha256: sha256(file), path, sources: [{ url: first.url("/file"), headers: { authorization: "Bearer secret" } }] },
      { platform, log: silentLog, stallTimeoutMs: 3_600_000 },
    );
    expect(first.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(target.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("shows no query of an address in what it says, for it may hold a secret", async () => {
    const server = await serve(file, [{ kind: "status", status: 403 }]);
    const failed = download(
      { name: "model.gguf", sha256: sha256(file), path, sources: [{ url: `${server.url("/file")}?token=secret` }] },
      { platform, log: silentLog },
    );
    await expect(failed).rejects.toMatchObject({ code: "unauthorized", message: expect.not.stringContaining("secret") });
  });
});
