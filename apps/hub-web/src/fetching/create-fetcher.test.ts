import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createAddressRules } from "./address-rules.ts";
import type { Lookup } from "./checked-connector.ts";
import { createFetcher, type FetcherOptions } from "./create-fetcher.ts";

const limits = { mostBytes: 1_000_000, timeoutMs: 60_000 };
const refused = { code: "invalid-input", message: expect.stringContaining("may not fetch"), remedy: expect.stringContaining("TENFOLD_HUB_FETCH_ALLOW") };

/** A server on an address of the loopback network, which has sixteen million of them. */
async function serve(answer: RequestListener, address = "127.0.0.1") {
  const seen: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url, headers: request.headers });
    answer(request, response);
  });
  server.listen(0, address);
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, port: (server.address() as AddressInfo).port, origin: `http://${address}:${(server.address() as AddressInfo).port}` };
}

function fetcher(options: FetcherOptions = {}) {
  const made = createFetcher(options);
  onTestFinished(() => made.close());
  return made.limited(limits);
}

/** Names stand for these addresses, a different one at each question. */
function names(table: Record<string, string[]>): { lookup: Lookup; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    lookup(name, _options, done) {
      const address = table[name]?.[Math.min(asked.filter((one) => one === name).length, (table[name]?.length ?? 1) - 1)];
      asked.push(name);
      if (address === undefined) return done(Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" }), []);
      done(
        null,
        address.split(",").map((one) => ({ address: one, family: one.includes(":") ? 6 : 4 })),
      );
    },
  };
}

const inside = [
  "127.0.0.1",
  "127.8.9.1",
  "10.0.0.8",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "192.0.0.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fe80::1%eth0",
  "fc00::1",
  "fd12:3456::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "2001:0:1234::1",
  "2001:db8::1",
];

test("addresses inside are not reached, in whatever form, and public ones are", () => {
  const rules = createAddressRules([]);
  expect(inside.filter((address) => rules.mayReach("a.example", address, "https:"))).toEqual([]);
  for (const address of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]) {
    expect([address, rules.mayReach("a.example", address, "https:"), rules.mayReach("a.example", address, "http:")]).toEqual([address, true, false]);
  }
  expect(rules.mayReach("a.example", "not an address", "https:")).toBe(false);
});

test("what is allowed by name, address or network is reached, and nothing beside it", () => {
  const rules = createAddressRules(["models.internal", "10.1.0.0/16", "192.168.1.7", "fd00::/8"]);
  expect(rules.mayReach("Models.Internal.", "10.9.9.9", "http:")).toBe(true);
  expect(rules.mayReach("a", "10.1.2.3", "http:")).toBe(true);
  expect(rules.mayReach("a", "fd00::5", "https:")).toBe(true);
  expect(rules.mayReach("a", "192.168.1.7", "https:")).toBe(true);
  for (const address of ["10.2.0.1", "192.168.1.8", "fc00::1"]) expect(rules.mayReach("a", address, "https:")).toBe(false);
  for (const wrong of ["10.0.0.0/33", "http://a", "a b", ""]) expect(() => createAddressRules([wrong])).toThrow();
});

test.each([
  ["loopback", "http://127.0.0.1"],
  ["loopback by another number", "http://127.1"],
  ["one number", "http://2130706433"],
  ["hexadecimal", "http://0x7f.0.0.1"],
  ["octal", "http://0177.0.0.1"],
  ["nothing", "http://0"],
  ["a point at the end", "http://127.0.0.1."],
  ["IPv6 loopback", "http://[::1]"],
  ["IPv4 in IPv6", "http://[::ffff:127.0.0.1]"],
  ["NAT64", "https://[64:ff9b::7f00:1]"],
  ["the metadata of clouds", "http://169.254.169.254"],
  ["a public address without encryption", "http://8.8.8.8"],
])("a literal address that is %s is refused before anything is sent", async (_name, origin) => {
  const { seen, port } = await serve((_request, response) => response.end("inside"));
  await expect(fetcher()(`${origin}:${port}/`)).rejects.toMatchObject(refused);
  expect(seen).toEqual([]);
});

test("a name that stands for an address inside is refused, also when it stands for a public one beside it", async () => {
  const { lookup } = names({ "inside.example": ["127.0.0.1"], "both.example": ["8.8.8.8,127.0.0.1"], "six.example": ["::ffff:10.0.0.1"] });
  for (const name of ["inside.example", "both.example", "six.example"]) await expect(fetcher({ lookup })(`https://${name}/`)).rejects.toMatchObject(refused);
  await expect(fetcher()("https://localhost/")).rejects.toMatchObject(refused);
  await expect(fetcher({ lookup })("https://none.example/")).rejects.toMatchObject({ code: "network", message: expect.stringContaining("none.example") });
});

test("a redirect inside is refused, and the server there hears nothing", async () => {
  const hidden = await serve((_request, response) => response.end("inside"), "127.0.0.2");
  const open = await serve((_request, response) => response.writeHead(302, { location: `${hidden.origin}/secret` }).end());
  await expect(fetcher({ allowed: ["127.0.0.1"] })(open.origin)).rejects.toMatchObject(refused);
  const scheme = await serve((_request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end());
  await expect(fetcher({ allowed: ["127.0.0.1"] })(scheme.origin)).rejects.toMatchObject({ code: "invalid-input" });
  expect(hidden.seen).toEqual([]);
});

test("a name that changes its address after it was checked is connected to where it was checked", async () => {
  const allowed = await serve((_request, response) => response.setHeader("connection", "close").end("outside"));
  const hidden = await serve((_request, response) => response.end("inside"), "127.0.0.2");
  const { lookup, asked } = names({ "rebinding.example": ["127.0.0.1", "127.0.0.2"] });
  const fetch = fetcher({ allowed: ["127.0.0.1"], lookup });
  expect(await (await fetch(`http://rebinding.example:${allowed.port}/`)).text()).toBe("outside");
  expect(asked).toEqual(["rebinding.example"]);
  await expect(fetch(`http://rebinding.example:${hidden.port}/`)).rejects.toMatchObject(refused);
  expect(hidden.seen).toEqual([]);
});

test("what signs in goes to the server that was asked, and to none that it redirects to", async () => {
  const elsewhere = await serve((_request, response) => response.end("there"), "127.0.0.2");
  const asked = await serve((request, response) => {
    if (request.url === "/away") return response.writeHead(307, { location: `${elsewhere.origin}/there` }).end();
    if (request.url === "/here") return response.writeHead(301, { location: "/there" }).end();
    response.end("here");
  });
  const fetch = fetcher({ allowed: ["127.0.0.0/8"] });
  const headers = { authorization: "Bearer secret", cookie: "secret", "x-secret": "secret", range: "bytes=0-1" };
  expect(await (await fetch(`${asked.origin}/here`, { headers })).text()).toBe("here");
  expect(asked.seen.at(-1)?.headers.authorization).toBe("Bearer secret");
  expect(await (await fetch(`${asked.origin}/away`, { headers })).text()).toBe("there");
  expect(JSON.stringify(elsewhere.seen)).not.toContain("secret");
  expect(elsewhere.seen[0]?.headers.range).toBe("bytes=0-1");
});

test("redirects without end, and of what is sent, are not followed", async () => {
  const circle = await serve((_request, response) => response.writeHead(302, { location: "/" }).end());
  const fetch = fetcher({ allowed: ["127.0.0.1"] });
  await expect(fetch(circle.origin)).rejects.toMatchObject({ code: "http-status" });
  expect((await fetch(circle.origin, { method: "POST", body: "x" })).status).toBe(302);
  expect((await fetch(circle.origin, { redirect: "manual" })).status).toBe(302);
});

test("an answer that is too long is broken off: endless, or small until it is unpacked", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const server = await serve((request, response) => {
    if (request.url === "/bomb") return response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    const piece = Buffer.alloc(65_536);
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", more);
    more();
  });
  const fetch = fetcher({ allowed: ["127.0.0.1"] });
  for (const path of ["/endless", "/bomb"]) {
    const response = await fetch(`${server.origin}${path}`);
    await expect(response.arrayBuffer()).rejects.toMatchObject({ code: "size-mismatch", message: expect.stringContaining("1000000") });
  }
});

test("an answer that never comes, or never ends, ends with the time that was given", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/half") response.writeHead(200).write("half");
  });
  const made = createFetcher({ allowed: ["127.0.0.1"] });
  onTestFinished(() => made.close());
  const fetch = made.limited({ mostBytes: 100, timeoutMs: 200 });
  await expect(fetch(`${server.origin}/never`)).rejects.toMatchObject({ code: "timeout" });
  await expect(fetch(`${server.origin}/half`).then((response) => response.text())).rejects.toMatchObject({ code: "timeout" });
});

test("an abort rejects with its reason, before and while the answer comes", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/half") response.writeHead(200).write("half");
  });
  const fetch = fetcher({ allowed: ["127.0.0.1"] });
  const reason = new Error("enough");
  await expect(fetch(server.origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const response = await fetch(`${server.origin}/half`, { signal: controller.signal });
  const text = response.text();
  controller.abort(reason);
  await expect(text).rejects.toBe(reason);
});

test.each(["nonsense", "ftp://a.example/", "https://name:password@a.example/", "data:text/plain,x"])("%s is no address to fetch from", async (address) => {
  await expect(fetcher()(address)).rejects.toMatchObject({ code: "invalid-input" });
});

test("a connection that the server closed while it was idle is opened again, once, and a request that changes something is not repeated", async () => {
  let answers = 0;
  const server = await serve((request, response) => {
    answers += 1;
    if (answers % 2 === 0) return request.socket.resetAndDestroy();
    response.end("answered");
  });
  const fetch = fetcher({ allowed: ["127.0.0.1"] });
  for (let turn = 0; turn < 2; turn += 1) expect(await (await fetch(server.origin)).text()).toBe("answered");
  expect(answers).toBe(3);
  await expect(fetch(server.origin, { method: "POST", body: "x" })).rejects.toMatchObject({ code: "network" });
  expect(answers).toBe(4);
});
