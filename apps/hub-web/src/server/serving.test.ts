import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { deferred } from "../../test/deferred.ts";
import { recordingLog } from "../../test/recording-log.ts";
import type { Hub } from "../hub/open-hub.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { createHttpServer } from "./create-http-server.ts";
import { drain } from "./drain.ts";
import { listen } from "./listen.ts";
import { webRequest } from "./web-request.ts";
import { writeResponse } from "./write-response.ts";

async function serve(handle: Handler): Promise<{ server: Server; url: string; port: number }> {
  const server = createServer((request, response) => void handle(request, response));
  await listen(server, 0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}

const megabyte = new Uint8Array(1024 * 1024);

/** A body without end that counts what was asked of it. */
function endlessBody() {
  const seen = { pulled: 0, cancelled: deferred() };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulled += 1;
        controller.enqueue(megabyte);
      },
      cancel: () => seen.cancelled.resolve(),
    },
    { highWaterMark: 0 },
  );
  return { seen, body };
}

test("names a port that somebody else has, and another one to take", async () => {
  const { port } = await serve(() => {});
  await expect(listen(createServer(), port, "127.0.0.1")).rejects.toMatchObject({
    code: "invalid-input",
    message: `Port ${port} on 127.0.0.1 is in use by another program.`,
    remedy: `Take another port: PORT=${port + 1} (or --port ${port + 1}).`,
  });
});

test("names a host that is none of this machine's", async () => {
  await expect(listen(createServer(), 0, "192.0.2.1")).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("HOST 192.0.2.1") });
});

test("keeps a connection for longer than proxies do, so that they are the ones that close it", async () => {
  const server = createHttpServer((_request, response) => void response.end("hello"));
  onTestFinished(() => void server.close());
  await listen(server, 0, "127.0.0.1");
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect([await response.text(), response.headers.get("keep-alive")]).toEqual(["hello", "timeout=75"]);
  server.closeAllConnections();
});

test("sends status, headers and body as they are", async () => {
  const { url } = await serve((_request, response) =>
    writeResponse(new Response("hello", { status: 206, headers: { "content-length": "5", etag: '"x"' } }), response),
  );
  const response = await fetch(url);
  expect([response.status, response.headers.get("content-length"), response.headers.get("etag"), await response.text()]).toEqual([206, "5", '"x"', "hello"]);
});

test("reads no faster than the client does, and stops when the client leaves", async () => {
  const { seen, body } = endlessBody();
  const { url } = await serve((_request, response) => writeResponse(new Response(body), response));
  const request = get(url);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await once(response, "readable");
  response.destroy();
  await seen.cancelled.promise;
  // What sockets and streams hold between two processes that never read: far less than everything.
  expect(seen.pulled).toBeLessThan(64);
});

test("a body that fails cuts the connection, so that the client does not take it for whole", async () => {
  const { log, lines } = recordingLog();
  const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("disk on fire")) });
  const hub = { log } as Hub;
  const { url } = await serve(
    createHandler(hub, (_request, response) => writeResponse(new Response(failing, { headers: { "content-length": "10" } }), response)),
  );
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(lines.at(-1)).toMatch(/^error: GET \/: .*disk on fire/);
});

test("stops once the running answers are out, and takes no new ones", async () => {
  const release = deferred();
  const { server, url } = await serve(async (_request, response) => {
    response.write("first half, ");
    await release.promise;
    response.end("second half");
  });
  const response = await fetch(url);
  const stopped = drain(server, 60_000);
  await expect(fetch(url, { headers: { connection: "close" } })).rejects.toThrow();
  release.resolve();
  expect(await response.text()).toBe("first half, second half");
  await stopped;
});

test("cuts off what outlasts the time it is given", async () => {
  const { server, url } = await serve((_request, response) => void response.write("never ends"));
  const response = await fetch(url);
  const text = response.text();
  text.catch(() => {});
  await drain(server, 1);
  await expect(text).rejects.toThrow();
});

test.each(["//", "/a b", "http://[", "/%", "*"])("a request for %j goes to the pages and harms nobody", async (path) => {
  const { log } = recordingLog();
  const { port } = await serve(createHandler({ log } as Hub, (_request, response) => void response.end("pages")));
  const socket = connect(port, "127.0.0.1");
  socket.end(`OPTIONS ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1.1 (?:200|400)/);
});

test("makes the web's request of Node's, but of no method that the web forbids", () => {
  const headers = { range: "bytes=0-1", "set-cookie": ["a", "b"], ":authority": "x" };
  const request = webRequest({ method: "GET", url: "/a?b=c", headers } as unknown as IncomingMessage);
  expect(request?.url).toBe("http://hub.invalid/a?b=c");
  expect(request?.headers.get("range")).toBe("bytes=0-1");
  expect(webRequest({ method: "TRACE", url: "/", headers: {} } as IncomingMessage)).toBeUndefined();
});
