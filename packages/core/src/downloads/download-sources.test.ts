import { createHash, randomBytes } from "node:crypto";
import { type Fault, type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { LogLevel } from "../contract/log.ts";
import { type DownloadRequest, type DownloadSettings, download } from "./download.ts";

const path = "partial/file";
const memory = `${path}.source.json`;
const file = new Uint8Array(randomBytes(300_000));
const other = new Uint8Array(randomBytes(300_000));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const secret = "s3cret-value";

let platform: TemporaryPlatform;
let logged: string[];
const servers: FileServer[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
  logged = [];
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await platform.remove();
});

async function serve(faults: Fault[] = [], bytes = file): Promise<FileServer> {
  const server = await startFileServer({ files: { "/file": bytes }, faults });
  servers.push(server);
  return server;
}

function fetchFrom(sources: DownloadRequest["sources"], settings: Pick<DownloadSettings, "signal" | "onProgress"> = {}) {
  const log = (_level: LogLevel, message: string, details?: unknown) => void logged.push(`${message} ${JSON.stringify(details)}`);
  return download(
    { name: "model.gguf", sha256: digest(file), sizeBytes: file.length, sources, path },
    { platform, log, stallTimeoutMs: 3_600_000, ...settings },
  );
}

/** A process that ended after it had received a part. */
async function interruptedAt(server: FileServer, receivedBytes: number): Promise<void> {
  server.addFault({ kind: "stall", afterBytes: receivedBytes });
  const abort = new AbortController();
  const running = fetchFrom([{ url: server.url("/file") }], {
    signal: abort.signal,
    onProgress: (progress) => progress.receivedBytes >= receivedBytes && abort.abort(new Error("ended")),
  });
  await expect(running).rejects.toThrow("ended");
}

const onDisk = async () => digest(await platform.files.read(path));

describe("a download without a chunk list that goes on later", () => {
  it("asks for the rest of the same content only, and forgets its name when it is done", async () => {
    const server = await serve();
    await interruptedAt(server, 200_000);
    await fetchFrom([{ url: server.url("/file") }]);
    expect(await onDisk()).toBe(digest(file));
    const [first, second] = server.requests;
    expect(first?.headers["if-range"]).toBeUndefined();
    expect(second?.headers["if-range"]).toMatch(/^"[0-9a-f]{32}"$/);
    expect(second?.status).toBe(206);
    expect(await platform.files.stat(memory)).toBeUndefined();
  });

  it("begins again at once when the source has another content now", async () => {
    const server = await serve([], other);
    await interruptedAt(server, 200_000);
    server.setFile("/file", file);
    await fetchFrom([{ url: server.url("/file") }]);
    expect(await onDisk()).toBe(digest(file));
    expect(server.requests.map(({ status }) => status)).toEqual([206, 200]);
    expect(logged).toEqual([]);
  });

  it("begins again when the content changes while a connection is down", async () => {
    const server = await serve([{ kind: "drop", afterBytes: 100_000 }], other);
    const running = fetchFrom([{ url: server.url("/file") }]);
    server.setFile("/file", file);
    await running;
    expect(await onDisk()).toBe(digest(file));
  });

  it("does not ask another source by the first one's name", async () => {
    const [first, second] = [await serve(), await serve()];
    await interruptedAt(first, 200_000);
    await fetchFrom([{ url: second.url("/file") }]);
    expect(await onDisk()).toBe(digest(file));
    expect(second.requests[0]?.headers).not.toHaveProperty("if-range");
  });

  it.each([
    ["nonsense", "{"],
    ["a name that a later version wrote", '{"schemaVersion":2}'],
  ])("is not held up by %s beside the file", async (_what, text) => {
    const server = await serve();
    await platform.files.writeAtomic(path, file.slice(0, 100_000));
    await platform.files.writeAtomic(memory, new TextEncoder().encode(text));
    await fetchFrom([{ url: server.url("/file") }]);
    expect(await onDisk()).toBe(digest(file));
  });

  it("begins again when the source says that it has nothing behind what is here", async () => {
    await platform.files.writeAtomic(path, file.slice(0, 100_000));
    const server = await serve([{ kind: "status", status: 416 }]);
    await fetchFrom([{ url: server.url("/file") }]);
    expect(await onDisk()).toBe(digest(file));
  });
});

describe("an empty file", () => {
  it("is verified like any other", async () => {
    const server = await serve([], new Uint8Array());
    const sha256 = digest(new Uint8Array());
    const list = await download({ name: "empty", sha256, sizeBytes: 0, path, sources: [{ url: server.url("/file") }] }, { platform, log: () => {} });
    expect(list).toMatchObject({ sha256, sizeBytes: 0 });
  });
});

describe("a source that asks for patience", () => {
  it("is given it until the date it names, and the log says what happens next", async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const server = await serve([{ kind: "status", status: 429, headers: { "retry-after": at } }]);
    await fetchFrom([{ url: server.url("/file") }]);
    expect(platform.sleeps.some((durationMs) => durationMs > 50_000 && durationMs <= 60_000)).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/answers 429 Too Many Requests\. Trying again in \d\d\.\d s, attempt 2 of 5\./);
  });
});

describe("credentials in a header", () => {
  const headers = { "x-api-key": secret, authorization: `Basic ${secret}` };

  it("stay with their host, however many redirects lead away and back", async () => {
    const first = await serve();
    const away = await serve([{ kind: "redirect", to: `${first.url("/file")}?back`, status: 307 }]);
    first.addFault({ kind: "redirect", to: away.url("/file").replace("127.0.0.1", "localhost") });
    await fetchFrom([{ url: first.url("/file"), headers }]);
    expect(await onDisk()).toBe(digest(file));
    const seen = [first.requests[0], away.requests[0], first.requests[1]].map((request) => [request?.headers["x-api-key"], request?.headers.authorization]);
    expect(seen).toEqual([
      [secret, `Basic ${secret}`],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("go along with a redirect on the same host", async () => {
    const server = await serve([{ kind: "redirect", to: "/file?v=2" }]);
    await fetchFrom([{ url: server.url("/file"), headers }]);
    expect(server.requests[1]?.headers["x-api-key"]).toBe(secret);
  });

  it.each<[string, Fault[], Record<string, string>, string]>([
    ["redirects without end", [{ kind: "redirect", to: "/file", times: Number.POSITIVE_INFINITY }], headers, "http-status"],
    ["redirects to a place that is not of the web", [{ kind: "redirect", to: `file:///${secret}` }], headers, "network"],
    ["fails", [{ kind: "status", status: 500, times: Number.POSITIVE_INFINITY }], headers, "http-status"],
    ["is given a header that cannot be sent", [], { "x-api-key": `${secret}\nmore` }, "unauthorized"],
  ])("are told to nobody when the source %s", async (_what, faults, sent, code) => {
    const server = await serve(faults);
    const error: Error = await fetchFrom([{ url: `${server.url("/file")}?token=${secret}`, headers: sent }]).catch((caught) => caught);
    expect(error).toMatchObject({ code });
    expect([error.message, String((error.cause as Error | undefined)?.message), ...logged].join("\n")).not.toContain(secret);
  });
});
