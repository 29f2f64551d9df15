import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { operations } from "../routes/api/operations.ts";
import { createHandler } from "./create-handler.ts";
import { createHttpServer, type Timeouts } from "./create-http-server.ts";
import { observeRequests } from "./observe-requests.ts";
import { type RefuseOptions, refuseRequests } from "./refuse-requests.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

async function serve(options: Partial<RefuseOptions> = {}, timeouts: Timeouts = {}): Promise<{ server: Server; port: number; url: string }> {
  const pages = createHandler(hub, (request, response) => {
    request.resume();
    response.end("a page");
  });
  const server = createHttpServer(observeRequests(refuseRequests(pages, { proxies: 0, ...options }), { ...hub, logsRequests: true }), timeouts);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}

/** Everything the server says to these bytes, until it hangs up. */
async function say(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  for (const piece of pieces) socket.write(piece);
  const said: Buffer[] = [];
  socket.on("data", (piece: Buffer) => said.push(piece));
  await once(socket, "close");
  return Buffer.concat(said).toString();
}

const ways = [
  "../../../../etc/passwd",
  "..%2f..%2f..%2f..%2fetc%2fpasswd",
  "%2e%2e/%2e%2e/etc/passwd",
  "..\\..\\etc\\passwd",
  "....//....//etc/passwd",
  "%00",
  "/etc/passwd",
  "%c0%ae%c0%ae/etc/passwd",
];
const places = [
  "/artifacts/sha256/",
  "/catalog/sha256/",
  "/catalog/channels/",
  "/tuf/",
  "/tuf/targets/releases/",
  "/api/models/tenfold/local/tree/main/",
  "/tenfold/local/resolve/main/",
  "/tenfold/local/resolve/",
  ...operations.map(({ path }) => path.replace(/\{.*$/, "")).filter((path) => path.endsWith("/")),
];
test.each(places)("no path below %s leads out of it", async (place) => {
  const { port } = await serve();
  for (const way of ways) {
    const answer = await say(port, `GET ${place}${way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer, way).toMatch(/^HTTP\/1\.1 (?:200|4\d\d) /);
    expect(answer, way).not.toMatch(/root:.*:0:0|"pid"/);
    // Below a route of ours nothing is found; what a client folds away is a page's affair.
    if (answer.startsWith("HTTP/1.1 200")) expect(answer, way).toContain("a page");
  }
});

test("a body that is too long is refused by its head, before it is sent", async () => {
  const { port } = await serve({ maximumBodyBytes: 1000 });
  expect(await say(port, "POST /api/trpc/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")).toMatch(/^HTTP\/1\.1 413 .*"code":"too-large"/s);
  expect(await say(port, "POST /api/trpc/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n", Buffer.alloc(1000))).toMatch(
    /^HTTP\/1\.1 200 /,
  );
});

test("a body without a length is refused, and so is one that says two things of it", async () => {
  const { port } = await serve();
  expect(await say(port, "POST /api/trpc/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")).toMatch(/^HTTP\/1\.1 411 /);
  const two =
    "POST /api/trpc/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  expect(await say(port, two)).not.toContain("a page");
});

test("a head that never ends, and a body that drips, are cut off", async () => {
  const { port } = await serve({}, { headersMs: 200, requestMs: 400 });
  expect(await say(port, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")).toMatch(/^HTTP\/1\.1 408 /);
  expect(await say(port, "POST /api/models/tenfold/local/paths-info/main HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")).not.toMatch(/^HTTP\/1\.1 200/);
});

test("a head that is too long is refused", async () => {
  const { port } = await serve();
  expect(await say(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
});

test("what may change something is counted by address, as far as proxies are ours; reading is not", async () => {
  const { url } = await serve({ writesPerMinute: 3, proxies: 1 });
  const write = async (from: string) => {
    const response = await fetch(`${url}/api/trpc/x`, { method: "POST", body: "{}", headers: { "x-forwarded-for": from } });
    await response.body?.cancel();
    return response;
  };
  const first = [await write("1.2.3.4"), await write("forged, 1.2.3.4"), await write("1.2.3.4")].map(({ status }) => status);
  expect(first).toEqual([200, 200, 200]);
  const refused = await write("also forged, 1.2.3.4");
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect((await write("5.6.7.8")).status).toBe(200);
  for (let time = 0; time < 5; time += 1) expect((await fetch(url, { headers: { "x-forwarded-for": "1.2.3.4" } })).status).toBe(200);
});

test("every answer is counted under a name of few, and logged without its query", async () => {
  const { url } = await serve();
  await (await fetch(`${url}/artifacts/sha256/none?token=a-secret`)).text();
  await (await fetch(`${url}/some/page?q=a-secret`)).text();
  for (const link of ["/join/a-secret", "/join/a-secret/more", "//join/../join/a-secret", "/x/../join/a-secret?_rsc=1"]) await (await fetch(url + link)).text();
  const { text } = await hub.metrics.read();
  expect(text).toMatch(/tenfold_hub_request_seconds_count\{route="\/artifacts\/sha256\/\{sha256\}",method="GET",status="404"\} \d+/);
  expect(text).toContain('route="pages",method="GET",status="200"');
  expect(hub.lines.join("\n")).not.toContain("a-secret");
});
