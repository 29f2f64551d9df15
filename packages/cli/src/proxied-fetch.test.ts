import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../core/test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog } from "../../core/test/published-catalog.ts";
import { runTenfold } from "../test/run-tenfold.ts";
import { proxiedFetch } from "./proxied-fetch.ts";

interface Proxy {
  url: string;
  /** What it was asked for: an address, or a host and port to connect to. */
  asked: string[];
  close(): Promise<void>;
}

/** A real proxy, for plain requests and for tunnels. It knows hosts that no name server knows. */
async function startProxy(hosts: Record<string, number> = {}): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    const url = new URL(incoming.url ?? "");
    const port = hosts[url.hostname] ?? Number(url.port);
    const onward = request({ host: "127.0.0.1", port, path: url.pathname + url.search, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    asked.push(incoming.url ?? "");
    const [host = "", port] = (incoming.url ?? "").split(":");
    const onward = connect(hosts[host] ?? Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

let hub: PublishedCatalog;
let home: string;
let proxy: Proxy;
beforeEach(async () => {
  hub = await publishCatalog([{ id: "some", variants: [{ id: "gguf-q4_0", files: [{ path: "some.gguf", bytes: paddedGguf(3_000_000) }] }] }]);
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
  proxy = await startProxy({ "hub.invalid": Number(new URL(hub.server.origin).port) });
});
afterEach(async () => {
  await proxy.close();
  await hub.server.close();
  await rm(home, { recursive: true, force: true });
});

describe("behind a proxy", () => {
  it("a pull goes through it, catalog and files alike, to a host that only the proxy knows", async () => {
    const { exitCode, stderr } = await runTenfold(["pull", "some"], { home, hub: "http://hub.invalid", environment: { HTTP_PROXY: proxy.url } });
    expect(stderr).not.toContain("error");
    expect(exitCode).toBe(0);
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(hub.server.bytesSent()).toBeGreaterThanOrEqual(3_000_000);
  });

  it("a host that is excepted is asked directly", async () => {
    const environment = { http_proxy: proxy.url, no_proxy: "127.0.0.1" };
    expect((await runTenfold(["pull", "some"], { home, hub: hub.server.origin, environment })).exitCode).toBe(0);
    expect(proxy.asked).toEqual([]);
  });

  it("a proxy that does not answer is named in the error, with what to do", async () => {
    const { stderr, exitCode } = await runTenfold(["list"], { home, hub: "http://hub.invalid", environment: { HTTP_PROXY: "http://127.0.0.1:9" } });
    expect(stderr).toMatch(/^error: Cannot reach http:\/\/hub\.invalid\//m);
    expect(exitCode).toBe(4);
  });

  it("without one named nothing is replaced", () => {
    expect(proxiedFetch({ HTTP_PROXY: "", NO_PROXY: "localhost" })).toBeUndefined();
  });
});
