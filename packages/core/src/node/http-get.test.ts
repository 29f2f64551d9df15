import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { GetResponse } from "../platform/get.ts";
import { httpGet } from "./http-get.ts";
import { longestHeadBytes, parseResponseHead } from "./response-head.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, "close");
  }
});

/** A server that says exactly this to everyone, in these pieces, and closes the connection unless told to keep it. */
async function answering(pieces: readonly (string | Uint8Array)[], { keepsOpen = false } = {}): Promise<{ url: URL; heard: string[]; left: Promise<void> }> {
  const heard: string[] = [];
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.on("close", leave);
    socket.once("data", (request) => {
      heard.push(request.toString("latin1"));
      const [first, ...rest] = pieces;
      // Each piece is sent once the one before has gone out.
      const send = (piece: string | Uint8Array | undefined, later: readonly (string | Uint8Array)[]): void => {
        if (piece !== undefined) socket.write(piece, () => setImmediate(send, later[0], later.slice(1)));
        else if (!keepsOpen) socket.end();
      };
      send(first, rest);
    });
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a%20b?c=d`), heard, left };
}

const get = (url: URL, headers: Record<string, string> = {}, signal = new AbortController().signal) =>
  httpGet(url, { headers: new Headers(headers), signal, redirect: "manual" });

/** The body to its end, and the connection left. */
async function textOf(response: GetResponse): Promise<string> {
  let text = "";
  try {
    for (let piece = await response.read(); piece; piece = await response.read()) text += Buffer.from(piece).toString("latin1");
  } finally {
    await response.cancel();
  }
  return text;
}

describe("a GET", () => {
  it("sends path, query, host and headers, and reads status, headers and body", async () => {
    const { url, heard } = await answering(["HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nX-A:  one \r\nX-A: two\r\n\r\nhello"]);
    const response = await get(url, { range: "bytes=0-4" });
    expect([response.status, response.statusText, response.headers.get("x-a")]).toEqual([206, "Partial Content", "one, two"]);
    expect(await textOf(response)).toBe("hello");
    expect(heard[0]).toMatch(/^GET \/a%20b\?c=d HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    expect(heard[0]).toContain("\r\nrange: bytes=0-4\r\n");
  });

  it("is not disturbed by where the network cuts head and body", async () => {
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
    const { url } = await answering([...answer].map((character) => character));
    expect(await textOf(await get(url))).toBe("hello world");
  });

  it("passes over answers that only say that another will come", async () => {
    const { url } = await answering([
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ]);
    const response = await get(url);
    expect(response.status).toBe(200);
    expect(await textOf(response)).toBe("ok");
  });

  it("ends the body at the length that was named, however much more comes and whether or not the server closes", async () => {
    const { url, left } = await answering(["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"], { keepsOpen: true });
    expect(await textOf(await get(url))).toBe("abc");
    await left;
  });

  it("reads to the end of the connection when no length was named", async () => {
    const { url } = await answering(["HTTP/1.0 200 OK\r\n\r\n", "abc", "def"]);
    expect(await textOf(await get(url))).toBe("abcdef");
  });

  it.each([204, 304])("of status %i has no body, though the connection stays open", async (status) => {
    const { url } = await answering([`HTTP/1.1 ${status} None\r\n\r\n`], { keepsOpen: true });
    const response = await get(url);
    expect(await response.read()).toBeUndefined();
    await response.cancel();
  });

  it("keeps the bytes of a large body as they are", async () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 11)) & 255);
    const { url } = await answering([`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`, bytes]);
    const response = await get(url);
    const pieces: Uint8Array[] = [];
    for (let piece = await response.read(); piece; piece = await response.read()) pieces.push(Uint8Array.from(piece));
    await response.cancel();
    expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
  });
});

describe("a body in chunks", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  it("comes without its framing, wherever the network cuts it", async () => {
    const framed = `${head}5\r\nhello\r\n6;note=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n`;
    const whole = await answering([framed], { keepsOpen: true });
    expect(await textOf(await get(whole.url))).toBe("hello world");
    const cut = await answering([...framed]);
    expect(await textOf(await get(cut.url))).toBe("hello world");
  });

  it.each([
    ["breaks off", "5\r\nhel"],
    ["breaks off between chunks", "5\r\nhello\r\n"],
    ["has a size that is none", "x\r\nhello\r\n0\r\n\r\n"],
    ["has a size beyond all files", "fffffffffffffffff\r\nhello"],
    ["has a chunk that is longer than its size", "2\r\nhello\r\n0\r\n\r\n"],
    ["has a size that does not end", "1".repeat(100_000)],
  ])("that %s is an error", async (_, body) => {
    const { url } = await answering([head, body]);
    await expect(get(url).then(textOf)).rejects.toThrow(/body/i);
  });
});

describe("a server that does not speak HTTP", () => {
  it.each([
    ["says nothing", "", "without an answer"],
    ["breaks off in its head", "HTTP/1.1 200 OK\r\nContent-Le", "without an answer"],
    ["speaks something else", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "not answer in HTTP"],
    ["speaks another version", "HTTP/2 200 OK\r\n\r\n", "not answer in HTTP"],
    ["sends a header without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "header that is none"],
    ["folds a header over two lines", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "header that is none"],
    ["sends a head without end", `HTTP/1.1 200 OK\r\nA: ${"b".repeat(longestHeadBytes)}`, "no end"],
    ["names a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "length"],
    ["names two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "length"],
    ["compresses the transfer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "gzip"],
  ])("and %s is refused in words, and left", async (_, answer, words) => {
    const { url, left } = await answering([answer]);
    await expect(get(url)).rejects.toThrow(words);
    await left;
  });

  it("is not asked for anything that would begin another header", async () => {
    const { url } = await answering(["HTTP/1.1 200 OK\r\n\r\n"]);
    expect(() => new Headers({ range: "a\r\nx: y" })).toThrow();
    expect(await textOf(await get(new URL(`${url.href}\r\nx: y`)))).toBe("");
  });
});

describe("a GET that is aborted", () => {
  const reason = new Error("enough");

  it("before it begins asks nobody", async () => {
    const { url, heard } = await answering([""]);
    await expect(get(url, {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(heard).toEqual([]);
  });

  it("while the server is silent, or in the body, rejects with the reason and leaves", async () => {
    for (const pieces of [[], ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"]]) {
      const abort = new AbortController();
      const { url, left, heard } = await answering(pieces, { keepsOpen: true });
      const answer = get(url, {}, abort.signal).then(textOf);
      const failed = expect(answer).rejects.toBe(reason);
      while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
      abort.abort(reason);
      await failed;
      await left;
    }
  });
});

it("a server that cannot be reached is the system's own error", async () => {
  const { url } = await answering([]);
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, "close");
  }
  await expect(get(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("no beginning of a head is taken for a whole one", () => {
  const bytes = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "latin1");
  const whole = bytes.length - "abc".length;
  for (let length = 0; length <= bytes.length; length += 1) {
    const head = parseResponseHead(bytes.subarray(0, length));
    if (length < whole) expect(head).toBeUndefined();
    else expect(head).toMatchObject({ status: 200, endsAt: whole });
  }
});
