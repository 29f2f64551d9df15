import type { Revocation } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { tinyModelBytes } from "../../test/model-files.ts";
import { type PublishedCatalog, type PublishedModel, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createTenfold } from "../tenfold/tenfold.ts";

const bytes = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const models: PublishedModel[] = [
  { id: "tiny", variants: ["v", "w"].map((id) => ({ id, files: [{ path: "a.gguf", bytes }] })) },
  { id: "other", variants: [{ id: "v", files: [{ path: "b.gguf", bytes }] }] },
];
const at = "2026-11-01T00:00:00Z";

let catalog: PublishedCatalog;
let platform: TemporaryPlatform;
beforeEach(async () => {
  catalog = await publishCatalog(models);
  platform = await temporaryPlatform();
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (...catalogs: string[]) => createTenfold({ adapters: [ggufReader], catalogs: catalogs.length > 0 ? catalogs : [catalog.server.origin], platform });
const refused = { code: "revoked", message: expect.stringContaining("It leaks.") };
const revoke = (...revocations: Omit<Revocation, "reason" | "at">[]) =>
  catalog.publish(
    models,
    revocations.map((one) => ({ ...one, reason: "It leaks.", at })),
  );

describe("what its hub has revoked", () => {
  it.each([
    ["by model", { model: "tiny" }],
    ["by file", { sha256: sha256Of(bytes) }],
  ])("%s is not pulled, not selected, and not loaded when it is installed, unless somebody insists", async (_how, revocation) => {
    await open().pull("tiny", { variant: "v" });
    revoke(revocation);
    await expect(open().pull("tiny", { variant: "w" })).rejects.toMatchObject(refused);
    await expect(open().load("tiny", { variant: "v" })).rejects.toMatchObject(refused);
    await expect(open().load("tiny", { variant: "w", allowRevoked: true })).rejects.toMatchObject(refused);
    expect((await open().select("tiny")).choices).toEqual([]);
    // Past the refusal: this adapter only reads.
    await expect(open().load("tiny", { variant: "v", allowRevoked: true })).rejects.toMatchObject({ code: "framework-unavailable" });
  });

  it("as one variant leaves the other", async () => {
    revoke({ model: "tiny", variant: "v" });
    expect((await open().pull("tiny")).variant.id).toBe("w");
    await expect(open().pull("tiny", { variant: "v" })).rejects.toMatchObject(refused);
  });

  it("stays refused while the hub is out of reach, and when the hub no longer lists it", async () => {
    await open().pull("tiny");
    revoke({ model: "tiny" });
    await open().models.discover();
    await catalog.server.close();
    await expect(open().load("tiny")).rejects.toMatchObject(refused);
  });

  it("is told by nobody else: another hub's name means nothing here, a digest does", async () => {
    const second = await publishCatalog([]);
    await open().pull("other");
    second.publish([], [{ model: "other", reason: "It leaks.", at }]);
    expect((await open(catalog.server.origin, second.server.origin).pull("other")).model).toBe("other");
    second.publish([], [{ sha256: sha256Of(bytes), reason: "It leaks.", at }]);
    await expect(open(catalog.server.origin, second.server.origin).pull("other")).rejects.toMatchObject(refused);
    await second.server.close();
  });
});

describe("a hub out of reach", () => {
  it("is known as it was until its snapshot runs out; what is installed works for ever", async () => {
    catalog.repository.expires.timestamp = new Date(Date.now() + 60_000).toISOString();
    catalog.publish(models);
    await open().pull("tiny");
    await catalog.server.close();
    const later = (days: number) => ({ ...platform, clock: { ...platform.clock, timestamp: () => new Date(Date.now() + days * 86_400_000).toISOString() } });
    const openLater = (days: number) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform: later(days) });
    expect((await openLater(10).models.discover()).map(({ id }) => id)).toEqual(["tiny", "other"]);
    await expect(openLater(60).models.discover()).rejects.toMatchObject({ code: "catalog-unreachable", message: expect.stringContaining("held until") });
    expect((await openLater(60).pull("tiny")).model).toBe("tiny");
  });

  it("that answers with what has run out is refused, and is no obstacle to what is installed", async () => {
    await open().pull("tiny");
    catalog.repository.expires.timestamp = new Date(Date.now() - 1000).toISOString();
    catalog.publish(models);
    await expect(open().models.discover()).rejects.toMatchObject({ code: "expired-catalog" });
    await expect(open().pull("other")).rejects.toMatchObject({ code: "expired-catalog" });
    expect((await open().pull("tiny")).model).toBe("tiny");
  });
});
