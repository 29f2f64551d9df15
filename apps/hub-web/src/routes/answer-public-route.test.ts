import { brotliDecompressSync } from "node:zlib";
import { channelSchema, manifestSchema, releaseSchema } from "@tenfold/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { bigFile, claim, sha256 } from "../../test/sample-starter.ts";
import type { MetricsAccess } from "../hub/open-hub.ts";
import { answerPublicRoute } from "./answer-public-route.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await answerPublicRoute(new Request(`http://hub.example${path}`, init), hub);
  if (response === undefined) throw new Error("not a public route");
  return response;
}

test("a client walks from the channel to the bytes, checking every digest", async () => {
  const channel = await ask("/catalog/channels/stable.json");
  expect(channel.headers.get("cache-control")).toBe("no-cache");
  const { release } = channelSchema.parse(await channel.json());

  const document = async (digest: string) => {
    const response = await ask(`/catalog/sha256/${digest}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(sha256(bytes)).toBe(digest);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": String(bytes.length),
      "content-type": "application/json; charset=utf-8",
      etag: `"${digest}"`,
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    });
    return JSON.parse(bytes.toString());
  };
  const { models } = releaseSchema.parse(await document(release.sha256));
  const manifest = manifestSchema.parse(await document(models.find(({ id }) => id === "local")?.manifest.sha256 ?? ""));
  const artifact = manifest.variants[0]?.artifacts[0];
  await document(artifact?.chunkList?.value ?? "");
  const bytes = await (await ask(`/artifacts/sha256/${artifact?.sha256?.value}`)).arrayBuffer();
  expect(sha256(new Uint8Array(bytes))).toBe(sha256(bigFile()));
});

test("the channel is asked for anew, and sent again only when it has moved", async () => {
  const tag = (await ask("/catalog/channels/stable.json")).headers.get("etag") ?? "";
  const again = await ask("/catalog/channels/stable.json", { headers: { "if-none-match": tag } });
  expect(again.status).toBe(304);
  expect(again.body).toBeNull();
});

test("a document comes with Brotli once it has been made, for those who take it, and is the same", async () => {
  const { release } = channelSchema.parse(await (await ask("/catalog/channels/stable.json")).json());
  const { models } = releaseSchema.parse(await (await ask(`/catalog/sha256/${release.sha256}`)).json());
  const digest = models.find(({ id }) => id === "local")?.manifest.sha256;
  const path = `/catalog/sha256/${digest}`;
  const first = await ask(path, { headers: { "accept-encoding": "gzip, br" } });
  expect(first.headers.get("content-encoding")).toBeNull();
  const plain = Buffer.from(await first.arrayBuffer());
  await hub.compressed.settled();

  const second = await ask(path, { headers: { "accept-encoding": "gzip, br" } });
  const small = Buffer.from(await second.arrayBuffer());
  expect(Object.fromEntries(second.headers)).toMatchObject({
    "content-encoding": "br",
    "content-length": String(small.length),
    vary: "Accept-Encoding",
    etag: `"${digest}-br"`,
  });
  expect(small.length).toBeLessThan(plain.length / 2);
  expect(brotliDecompressSync(small).equals(plain)).toBe(true);
  const known = { "accept-encoding": "br", "if-none-match": second.headers.get("etag") ?? "" };
  expect((await ask(path, { headers: known })).status).toBe(304);
  for (const refusing of ["gzip", "br;q=0", "*"]) {
    const response = await ask(path, { headers: { "accept-encoding": refusing } });
    expect([refusing, response.headers.get("content-encoding"), response.headers.get("vary")]).toEqual([refusing, null, "Accept-Encoding"]);
  }
});

test("ready is said while the hub can be asked, and no more once it stops", async () => {
  expect(await (await ask("/api/ready")).json()).toEqual({ ready: true });
  const stopped = { ...hub, stopping: AbortSignal.abort() };
  const response = await answerPublicRoute(new Request("http://hub.example/api/ready"), stopped);
  expect([response?.status, await response?.json()]).toEqual([503, { ready: false, reason: "The hub is stopping." }]);
  expect((await ask("/api/health")).status).toBe(200);
});

test("metrics are in Prometheus's form, for whoever may read them", async () => {
  hub.metrics.observe({ route: "/artifacts/sha256/{sha256}", method: "GET", status: 200, durationMs: 12, sentBytes: 500 });
  const text = await (await ask("/metrics")).text();
  for (const line of [
    'tenfold_hub_request_seconds_bucket{le="0.025",route="/artifacts/sha256/{sha256}",method="GET",status="200"} 1',
    'tenfold_hub_sent_bytes_total{route="/artifacts/sha256/{sha256}"} 500',
    "tenfold_hub_database_up 1",
    "tenfold_hub_release 1",
    "tenfold_hub_stored_files 1",
  ])
    expect(text).toContain(line);
  const asked = async (metricsAccess: MetricsAccess, headers = {}) =>
    (await answerPublicRoute(new Request("http://hub.example/metrics", { headers }), { ...hub, metricsAccess }))?.status;
  expect(await asked("closed")).toBe(404);
  expect(await asked({ token: "right" })).toBe(401);
  expect(await asked({ token: "right" }, { authorization: "Bearer wrong" })).toBe(401);
  expect(await asked({ token: "right" }, { authorization: "Bearer right" })).toBe(200);
});

test("HEAD is GET without the body", async () => {
  const head = await ask("/catalog/channels/stable.json", { method: "HEAD" });
  const get = await ask("/catalog/channels/stable.json");
  expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  expect(head.body).toBeNull();
});

test("OPTIONS lets any page send a range", async () => {
  const response = await ask(`/artifacts/sha256/${claim}`, { method: "OPTIONS", headers: { origin: "https://elsewhere.example" } });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-headers")).toContain("Range");
  expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS");
});

test.each([
  ["/catalog/channels/beta.json", "unknown-channel"],
  ["/catalog/channels/nightly.json", "unknown-channel"],
  ["/catalog/channels/stable", "unknown-path"],
  [`/catalog/sha256/${claim}`, "unknown-document"],
  ["/catalog/sha256/xyz", "unknown-document"],
  [`/artifacts/sha256/${claim}`, "unknown-artifact"],
  ["/artifacts/sha256/%2e%2e%2f%2e%2e%2fhub.lock", "unknown-artifact"],
  ["/artifacts/", "unknown-path"],
])("%s is not there, and that is said in JSON", async (path, code) => {
  const response = await ask(path);
  expect(response.status).toBe(404);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toMatchObject({ status: 404, code });
});

test("nothing is written here", async () => {
  const response = await ask("/catalog/channels/stable.json", { method: "POST" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
});

test("other paths are the pages' affair", async () => {
  for (const path of ["/", "/models/local", "/api", "/api/trpc/models.list", "/catalog", "/artifactsx/", "/_next/static/resolve/x"]) {
    expect(await answerPublicRoute(new Request(`http://hub.example${path}`), hub)).toBeUndefined();
  }
});

test("a failure is logged here and told to nobody", async () => {
  const broken = { ...hub, store: { ...hub.store, open: () => Promise.reject(new Error("disk on fire at /secret/place")) } };
  const response = await answerPublicRoute(new Request(`http://hub.example/artifacts/sha256/${claim}`), broken);
  expect(response?.status).toBe(500);
  expect(await response?.text()).not.toContain("secret");
  expect(hub.lines.at(-1)).toContain("disk on fire");
});
