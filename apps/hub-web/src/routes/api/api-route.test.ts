import Ajv2020 from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../../test/open-sample-hub.ts";
import { bigFile, claim, sha256 } from "../../../test/sample-starter.ts";
import { publishRelease } from "../../publishing/publish-release.ts";
import { answerPublicRoute } from "../answer-public-route.ts";
import { openApiDocument } from "./openapi-document.ts";
import { operations } from "./operations.ts";

let hub: SampleHub;
const document = openApiDocument();
const asked = new Set<string>();

beforeAll(async () => {
  hub = await openSampleHub();
  await hub.database.revocation.createMany({
    data: [
      { modelId: "wrong", reason: "It lies.", revokedAt: new Date("2026-02-01T00:00:00Z") },
      { sha256: claim, reason: "So does its file.", revokedAt: new Date("2026-02-01T00:00:00Z") },
    ],
  });
  await hub.database.$transaction((transaction) => publishRelease(transaction, { channel: "beta", publishedAt: new Date("2026-02-01T00:00:00Z") }));
});
afterAll(() => hub.discard());

/** Asks, and holds the answer against what the document says of its path and status. */
async function ask(path: string) {
  const response = await answerPublicRoute(new Request(`http://hub.example${path}`), hub);
  const body = await response?.json();
  const [described, item] = Object.entries(document.paths).find(([template]) => pattern(template).test(path.split("?")[0] ?? "")) ?? [];
  const status = response?.status ?? 0;
  const answer = item?.get.responses[status as 200] as { content?: Record<string, { schema: object }> } | undefined;
  const media = response?.headers.get("content-type")?.split(";")[0] ?? "";
  expect(answer?.content?.[media], `${path}: ${status} ${media} is not described`).toBeDefined();
  const ajv = new Ajv2020({ strict: false, formats: { uri: true, "date-time": true } });
  const valid = ajv.validate({ ...answer?.content?.[media]?.schema, components: document.components }, body);
  expect(ajv.errors ?? [], path).toEqual([]);
  expect(valid).toBe(true);
  if (status === 200) {
    asked.add(described ?? "");
    // Nothing is answered that the document does not speak of: zod drops what it does not know.
    expect(operations.find((one) => one.path === described)?.answer.parse(body)).toEqual(body);
  }
  return { status, body };
}

const pattern = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);

test("models are filtered by everything there is to filter by, and paged by a cursor", async () => {
  const ids = async (query: string) => (await ask(`/api/v1/models?${query}`)).body.models.map(({ id }: { id: string }) => id);
  expect(await ids("sort=name")).toEqual(["quite-claimed.model", "local", "wrong"]);
  expect(await ids("publisher=Somebody")).toEqual(["quite-claimed.model"]);
  expect(await ids("quantization=F32")).toEqual(["local"]);
  expect(await ids("maximumSizeBytes=40000000")).toEqual(["local"]);
  expect(await ids("format=gguf&capability=tools&licence=Apache-2.0&q=more+to+say")).toEqual(["local"]);
  const { body } = await ask("/api/v1/models?limit=2&sort=name");
  expect(await ids(`limit=2&sort=name&cursor=${body.nextCursor}`)).toEqual(["wrong"]);
  expect((await ask("/api/v1/models?channel=beta")).body.release.number).toBe(2);
});

test("a model comes with its manifest, and its variants by filter and page", async () => {
  expect((await ask("/api/v1/models/local")).body).toMatchObject({ release: { number: 1 }, manifest: { id: "local" } });
  const variants = async (query: string) => (await ask(`/api/v1/models/local/variants?${query}`)).body.variants.map(({ id }: { id: string }) => id);
  expect(await variants("")).toEqual(["gguf-q8_0", "gguf-f32"]);
  expect(await variants("quantization=F32&format=gguf")).toEqual(["gguf-f32"]);
  expect(await variants("maximumSizeBytes=30000000")).toEqual(["gguf-q8_0"]);
  expect(await variants("limit=1&cursor=1")).toEqual(["gguf-f32"]);
  expect((await ask("/api/v1/models/local/variants?limit=1")).body).toMatchObject({ total: 2, nextCursor: "1" });
  expect((await ask("/api/v1/models/quite-claimed.model/variants?framework=mlx")).body.total).toBe(0);
});

test("releases, channels and revocations are listed", async () => {
  const { body } = await ask("/api/v1/releases?limit=1");
  expect(body).toMatchObject({ total: 2, releases: [{ number: 2, models: 3, channels: ["beta"] }], nextCursor: "2" });
  expect((await ask(`/api/v1/releases?cursor=${body.nextCursor}`)).body.releases).toMatchObject([{ number: 1, channels: ["stable"] }]);
  const { body: release } = await ask("/api/v1/releases/1");
  const bytes = await (await answerPublicRoute(new Request(`http://hub.example/catalog/sha256/${release.sha256}`), hub))?.arrayBuffer();
  expect(bytes?.byteLength).toBe(release.sizeBytes);
  expect((await ask("/api/v1/channels")).body.channels).toMatchObject([
    { id: "stable", release: { number: 1 } },
    { id: "beta", release: { number: 2 } },
  ]);
  const { body: revoked } = await ask("/api/v1/revocations?limit=1");
  expect(revoked).toMatchObject({ total: 2, revocations: [{ model: "wrong", reason: "It lies." }] });
  expect((await ask(`/api/v1/revocations?cursor=${revoked.nextCursor}`)).body).toEqual({
    total: 2,
    revocations: [{ sha256: claim, reason: "So does its file.", at: "2026-02-01T00:00:00.000Z" }],
  });
});

test("a file is found by its digest: who uses it, and whether it is here", async () => {
  const digest = sha256(bigFile());
  expect((await ask(`/api/v1/artifacts/${digest}`)).body).toMatchObject({
    sizeBytes: bigFile().length,
    url: `/artifacts/sha256/${digest}`,
    usedBy: [{ model: "local", variant: "gguf-q8_0", path: "local-q8_0.gguf" }],
  });
  const { body } = await ask(`/api/v1/artifacts/${"cd".repeat(32)}`);
  expect(body).toEqual({ sha256: "cd".repeat(32), usedBy: [{ model: "quite-claimed.model", variant: "litertlm", path: "projector.bin" }] });
});

test("devices, cells and recommendations are described as they are answered", async () => {
  const { body } = await ask("/api/v1/devices");
  expect(body.devices).toHaveLength(body.total);
  expect((await ask("/api/v1/devices/iphone-15-pro")).body.device.name).toBe("iPhone 15 Pro");
  expect((await ask("/api/v1/compatibility?q=local&device=iphone-15-pro,computer-16gb&context=1024&fits=computer-16gb")).body.total).toBe(0);
  expect((await ask("/api/v1/compatibility?q=local&device=computer-16gb")).body.compatibility).toMatchObject([
    { model: "local", contextSize: 2048 },
    { variant: "gguf-f32" },
  ]);
  expect((await ask("/api/v1/recommendation?device=computer-16gb&context=1024&capability=tools")).body.choices).toMatchObject([
    { model: "local" },
    { model: "local" },
  ]);
});

test.each([
  ["/api/v1/devices/iphone-3", 404, "unknown-device"],
  ["/api/v1/compatibility?device=iphone-3", 400, "invalid-input"],
  ["/api/v1/recommendation?context=4096", 400, "invalid-input"],
  ["/api/v1/models/none", 404, "unknown-model"],
  ["/api/v1/models/..%2f..%2fetc", 404, "unknown-model"],
  ["/api/v1/models/%E0%A4%A", 400, "invalid-input"],
  ["/api/v1/models?formt=gguf", 400, "invalid-input"],
  ["/api/v1/models?limit=1000", 400, "invalid-input"],
  ["/api/v1/models?cursor=9-9", 400, "invalid-input"],
  ["/api/v1/models?channel=nightly", 400, "invalid-input"],
  ["/api/v1/models/none/variants", 404, "unknown-model"],
  ["/api/v1/releases/9", 404, "unknown-release"],
  ["/api/v1/releases/-1", 400, "invalid-input"],
  ["/api/v1/releases/99999999999999999999", 400, "invalid-input"],
  ["/api/v1/revocations?cursor=x", 400, "invalid-input"],
  ["/api/v1/artifacts/xyz", 400, "invalid-input"],
  [`/api/v1/artifacts/${"ef".repeat(32)}`, 404, "unknown-artifact"],
])("%s is refused with %i %s, as problem details", async (path, status, code) => {
  expect(await ask(path)).toMatchObject({ status, body: { status, code, title: expect.any(String), detail: expect.any(String) } });
});

test("every operation that is described was asked above", () => {
  expect([...asked].sort()).toEqual(Object.keys(document.paths).sort());
});

test("the document is served, and is sent again only when it has changed", async () => {
  const response = await answerPublicRoute(new Request("http://hub.example/api/v1/openapi.json"), hub);
  expect(await response?.json()).toEqual(JSON.parse(JSON.stringify(document)));
  const headers = { "if-none-match": response?.headers.get("etag") ?? "" };
  expect((await answerPublicRoute(new Request("http://hub.example/api/v1/openapi.json", { headers }), hub))?.status).toBe(304);
});
