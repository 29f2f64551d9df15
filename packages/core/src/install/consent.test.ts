import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Licence } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createTenfold } from "../tenfold/tenfold.ts";

const bytes = paddedGguf(70_000);
const files = [{ path: "tiny.gguf", bytes }];
const variants = [{ id: "v", files }];
const gemma: Licence = { id: "gemma", name: "Gemma Terms of Use", url: "https://example.org/gemma", gated: false, requiresConsent: true };

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
let asked: Licence[];
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants, licence: gemma }]);
  asked = [];
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = () => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform });
const answering = (answer: boolean) => (licence: Licence) => {
  asked.push(licence);
  return Promise.resolve(answer);
};
const weightsRequests = () => catalog.server.requestCount(`/artifacts/sha256/${sha256Of(bytes)}`);

describe("a model whose licence wants consent", () => {
  it.each([
    ["nobody was asked", undefined],
    ["the answer was no", () => false],
  ])("is not fetched, not one byte, when %s", async (_what, acceptLicence) => {
    const before = catalog.server.requestCount();
    const pulled = open().pull("tiny", acceptLicence ? { acceptLicence } : {});
    await expect(pulled).rejects.toMatchObject({
      code: "licence-not-accepted",
      stage: "download",
      message: expect.stringContaining("Gemma Terms of Use"),
      details: { licence: "gemma", url: "https://example.org/gemma" },
    });
    expect(weightsRequests()).toBe(0);
    // Channel, release and manifest.
    expect(catalog.server.requestCount() - before).toBe(7);
    expect(await open().store.consents()).toEqual([]);
    expect(await open().store.usage()).toMatchObject({ totalBytes: 0 });
  });

  it("is asked about once, and what was accepted is remembered with its date, in every process", async () => {
    await open().pull("tiny", { acceptLicence: answering(true) });
    expect(asked).toEqual([gemma]);
    const consents = await open().store.consents();
    expect(consents).toEqual([{ licence: "gemma", url: "https://example.org/gemma", model: "tiny", acceptedAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    const store = open().store;
    await store.remove(await store.planRemoval("tiny"));
    await open().pull("tiny");
    catalog.publish([{ id: "sibling", variants, licence: gemma }]);
    await open().pull("sibling");
    expect(await open().store.consents()).toEqual(consents);
  });

  it("is asked about again when the text is another one, and for each model where no text is named", async () => {
    const { url: _, ...nameless } = gemma;
    for (const [id, licence] of [
      ["tiny", gemma],
      ["newer", { ...gemma, url: "https://example.org/gemma-2" }],
      ["one", nameless],
      ["two", nameless],
      ["one", nameless],
    ] as const) {
      catalog.publish([{ id, variants, licence }]);
      await open().pull(id, { acceptLicence: answering(true) });
    }
    expect(asked).toHaveLength(4);
  });

  it("may be retried after a no", async () => {
    let answer = false;
    const attempt = open().startPull("tiny", { acceptLicence: () => answer });
    await expect(attempt.result).rejects.toMatchObject({ code: "licence-not-accepted" });
    answer = true;
    expect((await attempt.retry()).model).toBe("tiny");
  });

  it("stops at an abort while the question is open", async () => {
    const abort = new AbortController();
    const reason = new Error("later");
    const acceptLicence = () => {
      abort.abort(reason);
      return new Promise<boolean>(() => {});
    };
    await expect(open().pull("tiny", { acceptLicence, signal: abort.signal })).rejects.toBe(reason);
    expect(weightsRequests()).toBe(0);
  });

  it("is not asked about when it is installed already and untouched", async () => {
    await open().pull("tiny", { acceptLicence: () => true });
    await platform.files.remove("consents.json");
    expect((await open().pull("tiny")).model).toBe("tiny");
  });

  it("is one whose source is gated, unless the catalog says otherwise", async () => {
    catalog.publish([{ id: "tiny", variants, licence: { id: "x", gated: true } }]);
    await expect(open().pull("tiny")).rejects.toMatchObject({ code: "licence-not-accepted" });
    catalog.publish([{ id: "tiny", variants, licence: { id: "x", gated: true, requiresConsent: false } }]);
    await open().pull("tiny");
  });

  it("is not fetched while the list of consents cannot be read, and fsck names it", async () => {
    await open().pull("tiny", { acceptLicence: () => true });
    const path = join(platform.home, "consents.json");
    await writeFile(path, (await readFile(path, "utf8")).slice(0, 20));
    const { store } = open();
    await store.remove(await store.planRemoval("tiny"));
    await expect(open().pull("tiny", { acceptLicence: () => true })).rejects.toMatchObject({ code: "storage-failed" });
    expect(await store.fsck()).toMatchObject([{ kind: "damaged-consents", path: "consents.json", repaired: false }]);
  });
});
