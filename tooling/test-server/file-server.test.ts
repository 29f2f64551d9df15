import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type FileServer, type FileServerOptions, startFileServer } from "./index.ts";

const bytes = new Uint8Array(randomBytes(200_000));
const servers: FileServer[] = [];

async function serve(options: Partial<FileServerOptions> = {}): Promise<FileServer> {
  const server = await startFileServer({ files: { "/model.gguf": bytes }, ...options });
  servers.push(server);
  return server;
}

/** As hexadecimal text: comparing two long strings is quick, comparing two long arrays is not. */
async function body(response: Response): Promise<string> {
  return hex(new Uint8Array(await response.arrayBuffer()));
}

function hex(content: Uint8Array): string {
  return Buffer.from(content).toString("hex");
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe("a server with no faults", () => {
  test("sends the headers it was given with files, parts of files and refusals", async () => {
    const server = await serve({ headers: { "access-control-allow-origin": "*" } });
    for (const [path, range, status] of [
      ["/model.gguf", {}, 200],
      ["/model.gguf", { range: "bytes=0-9" }, 206],
      ["/other", {}, 404],
    ] as const) {
      const response = await fetch(server.url(path), { headers: range });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([status, "*"]);
      await response.body?.cancel();
    }
  });

  test("serves the whole file and counts what it sent", async () => {
    const server = await serve();
    const response = await fetch(server.url("/model.gguf"));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("200000");
    expect(await body(response)).toEqual(hex(bytes));
    expect(server.requestCount("/model.gguf")).toBe(1);
    expect(server.bytesSent("/model.gguf")).toBe(200_000);
    expect(server.bytesSent("/other")).toBe(0);
  });

  test.each([
    ["bytes=0-0", 0, 1],
    ["bytes=100-299", 100, 300],
    ["bytes=199990-", 199_990, 200_000],
    ["bytes=-10", 199_990, 200_000],
    ["bytes=199999-999999", 199_999, 200_000],
  ])("answers the range %s", async (range, start, end) => {
    const server = await serve();
    const response = await fetch(server.url("/model.gguf"), { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/200000`);
    expect(await body(response)).toEqual(hex(bytes.subarray(start, end)));
  });

  test.each(["bytes=200000-", "bytes=-0"])("refuses the range %s with 416 and the size", async (range) => {
    const server = await serve();
    const response = await fetch(server.url("/model.gguf"), { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */200000");
  });

  test.each(["bytes=5-2", "bytes=a-b", "bytes=-", "lines=1-2", "bytes=0-1,4-5"])("ignores the range %s", async (range) => {
    const server = await serve();
    expect((await fetch(server.url("/model.gguf"), { headers: { range } })).status).toBe(200);
  });

  test("honours If-Range and If-None-Match, and a replaced file has another ETag", async () => {
    const server = await serve();
    const get = (headers: Record<string, string>) => fetch(server.url("/model.gguf"), { headers });
    const etag = (await get({})).headers.get("etag") ?? "";
    expect((await get({ range: "bytes=1-2", "if-range": etag })).status).toBe(206);
    expect((await get({ range: "bytes=1-2", "if-range": '"another"' })).status).toBe(200);
    expect((await get({ "if-none-match": etag })).status).toBe(304);
    server.setFile("/model.gguf", new Uint8Array(10));
    const response = await get({ range: "bytes=1-2", "if-range": etag });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("10");
  });

  test("answers HEAD without a body, 404 for what it does not have, 405 for other methods", async () => {
    const server = await serve();
    const head = await fetch(server.url("/model.gguf"), { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "200000"]);
    expect(server.bytesSent()).toBe(0);
    expect((await fetch(server.url("/nothing"))).status).toBe(404);
    expect((await fetch(server.url("/model.gguf"), { method: "POST" })).status).toBe(405);
    expect(server.requests.map(({ method, status }) => [method, status])).toEqual([
      ["HEAD", 200],
      ["GET", 404],
      ["POST", 405],
    ]);
  });

  test("serves files on disk, an empty one too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "file-server-"));
    writeFileSync(join(folder, "full"), bytes);
    writeFileSync(join(folder, "empty"), "");
    const server = await serve({
      files: new Map([
        ["/full", join(folder, "full")],
        ["/empty", join(folder, "empty")],
      ]),
    });
    const part = await fetch(server.url("/full"), { headers: { range: "bytes=70000-150000" } });
    expect(await body(part)).toEqual(hex(bytes.subarray(70_000, 150_001)));
    expect(await body(await fetch(server.url("/empty")))).toEqual(hex(new Uint8Array()));
    rmSync(folder, { recursive: true });
  });

  test("can be closed twice", async () => {
    const server = await serve();
    await server.close();
    await server.close();
  });
});

describe("a server that misbehaves", () => {
  const get = (server: FileServer, range?: string) => fetch(server.url("/model.gguf"), range === undefined ? {} : { headers: { range } });
  const readUntilError = async (response: Response) => {
    let received = 0;
    try {
      for await (const piece of response.body ?? []) received += piece.byteLength;
    } catch {
      return { received, broken: true };
    }
    return { received, broken: false };
  };

  test("drops the connection after so many bytes, once", async () => {
    const server = await serve({ faults: [{ kind: "drop", afterBytes: 70_001 }] });
    expect(await readUntilError(await get(server))).toEqual({ received: 70_001, broken: true });
    expect(server.bytesSent()).toBe(70_001);
    expect(await body(await get(server))).toEqual(hex(bytes));
  });

  test("follows its script: method, path, requests served well before, times", async () => {
    const server = await serve({
      faults: [
        { kind: "status", status: 503, path: "/elsewhere" },
        { kind: "status", status: 500, method: "HEAD" },
        { kind: "status", status: 429, headers: { "retry-after": "2" }, after: 1, times: 2 },
      ],
    });
    const first = await get(server);
    const second = await get(server);
    expect([first.status, second.status, (await get(server)).status, (await get(server)).status]).toEqual([200, 429, 429, 200]);
    expect(second.headers.get("retry-after")).toBe("2");
    expect((await fetch(server.url("/elsewhere"))).status).toBe(503);
    expect((await fetch(server.url("/model.gguf"), { method: "HEAD" })).status).toBe(500);
    server.addFault({ kind: "status", status: 401, body: "who are you?" });
    expect(await (await get(server)).text()).toBe("who are you?");
  });

  test("stalls until it is released", async () => {
    const server = await serve({ faults: [{ kind: "stall", afterBytes: 1000 }] });
    const response = await get(server);
    await server.stalled();
    expect(server.bytesSent()).toBe(1000);
    server.release();
    expect(await body(response)).toEqual(hex(bytes));
  });

  test("stalls until the client leaves", async () => {
    const server = await serve({ faults: [{ kind: "stall", afterBytes: 0, times: 2 }] });
    const abort = new AbortController();
    const response = await fetch(server.url("/model.gguf"), { signal: abort.signal });
    await server.stalled(1);
    abort.abort();
    expect((await readUntilError(response)).received).toBe(0);
    void fetch(server.url("/model.gguf")).catch(() => undefined);
    await server.stalled(2);
    expect(server.bytesSent()).toBe(0);
  });

  test("ignores a range, or answers with another one", async () => {
    const server = await serve({ faults: [{ kind: "ignore-range" }, { kind: "wrong-offset", shiftBytes: 7 }, { kind: "wrong-offset", shiftBytes: -500 }] });
    const whole = await get(server, "bytes=100-199");
    expect([whole.status, (await body(whole)).length / 2]).toEqual([200, 200_000]);
    const later = await get(server, "bytes=100-199");
    expect(later.headers.get("content-range")).toBe("bytes 107-206/200000");
    expect(await body(later)).toEqual(hex(bytes.subarray(107, 207)));
    expect((await get(server, "bytes=100-199")).headers.get("content-range")).toBe("bytes 0-0/200000");
  });

  test("changes the ETag midway, so that If-Range no longer holds", async () => {
    const server = await serve({ faults: [{ kind: "etag", etag: '"changed"', after: 1 }] });
    const etag = (await get(server)).headers.get("etag") ?? "";
    const response = await fetch(server.url("/model.gguf"), { headers: { range: "bytes=5-9", "if-range": etag } });
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"changed"']);
  });

  test("promises more bytes than it sends", async () => {
    const server = await serve({ faults: [{ kind: "content-length", differenceBytes: 10 }] });
    const response = await get(server);
    expect(response.headers.get("content-length")).toBe("200010");
    expect(await readUntilError(response)).toEqual({ received: 200_000, broken: true });
  });

  test("promises fewer bytes than it sends", async () => {
    const server = await serve({ faults: [{ kind: "content-length", differenceBytes: -10 }] });
    const response = await get(server);
    expect(response.headers.get("content-length")).toBe("199990");
    expect((await readUntilError(response)).received).toBeLessThanOrEqual(199_990);
  });

  test("compresses though identity was asked for", async () => {
    const server = await serve({ faults: [{ kind: "gzip" }] });
    const response = await fetch(server.url("/model.gguf"), { headers: { "accept-encoding": "identity" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await body(response)).toEqual(hex(bytes));
  });

  test("never ends", async () => {
    const server = await serve({ faults: [{ kind: "endless" }] });
    let received = 0;
    for await (const piece of (await get(server)).body ?? []) {
      received += piece.byteLength;
      if (received > 450_000) break;
    }
    expect(received).toBeGreaterThan(450_000);
  });

  test("sends the client to another host", async () => {
    const other = await serve();
    const server = await serve({ faults: [{ kind: "redirect", to: other.url("/model.gguf") }] });
    const response = await get(server);
    expect(response.url).toBe(other.url("/model.gguf"));
    expect(await body(response)).toEqual(hex(bytes));
    expect([server.bytesSent(), other.bytesSent()]).toEqual([0, 200_000]);
  });

  test("flips one bit at an offset of the file, in a range too", async () => {
    const server = await serve({ faults: [{ kind: "flip", atByte: 150_000, times: 2 }] });
    const expected = Uint8Array.from(bytes);
    expected[150_000] = (bytes[150_000] ?? 0) ^ 1;
    expect(await body(await get(server))).toEqual(hex(expected));
    expect(await body(await get(server, "bytes=149999-150001"))).toEqual(hex(expected.subarray(149_999, 150_002)));
  });

  test("sends slowly", async () => {
    const server = await serve({ faults: [{ kind: "throttle", bytesPerSecond: 2_000_000 }] });
    expect(await body(await get(server))).toEqual(hex(bytes));
  });
});
