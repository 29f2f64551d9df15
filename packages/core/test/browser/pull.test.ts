import { chunkSizeBytes } from "@tenfold/catalog";
import { browserProgram, type OpenBrowser, openBrowser, type PageServer } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../published-catalog.ts";
import { serveTestPage } from "./serve-test-page.ts";

const model = paddedGguf(2 * chunkSizeBytes + 4096);
const sha256 = sha256Of(model);
const artifactPath = `/artifacts/sha256/${sha256}`;
/** What pages of another origin need, as the hub sends it. */
const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": "Content-Range, Content-Length, ETag" };

let browser: OpenBrowser;
let pages: PageServer;
let catalog: PublishedCatalog;
beforeAll(async () => {
  if (browserProgram !== undefined) pages = await serveTestPage();
});
afterAll(() => pages?.close());
beforeEach(async (context) => {
  need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");
  [browser, catalog] = await Promise.all([
    openBrowser(browserProgram ?? ""),
    publishCatalog([{ id: "tiny", variants: [{ id: "gguf-f16", files: [{ path: "tiny.gguf", bytes: model }] }] }], { headers }),
  ]);
});
afterEach(async () => {
  if (browserProgram === undefined) return;
  await browser.close();
  await catalog.server.close();
});

async function open(path = "/"): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(`${pages.origin}${path}`);
  return page;
}
const pull = (page: Page) => page.evaluate((url) => globalThis.testPage.pull(url, "tiny"), catalog.server.origin);
const digests = (page: Page) => page.evaluate(() => globalThis.testPage.digests("tiny"));
const sent = () => catalog.server.bytesSent(artifactPath);

describe("pulling a model in a browser", () => {
  it("installs it once, verified, and does nothing the second time, in this tab or another", async () => {
    const page = await open();
    const { record } = await pull(page);
    expect(record).toMatchObject({ model: "tiny", files: [{ path: "tiny.gguf", sha256 }], metadata: { format: "gguf", architecture: "llama" } });
    expect(await digests(page)).toEqual([sha256, sha256]);
    expect(await pull(page)).toEqual({ record, logged: [] });
    expect(await pull(await open())).toEqual({ record, logged: [] });
    expect(sent()).toBe(model.length);
    const stored = await page.evaluate(() => globalThis.testPage.stored());
    expect(Object.entries(stored).filter(([, sizeBytes]) => sizeBytes >= model.length)).toEqual([[`blobs/${sha256}/data`, model.length]]);
  });

  it("goes on where a tab that crashed had to stop", async () => {
    catalog.server.addFault({ kind: "stall", path: artifactPath, afterBytes: chunkSizeBytes + 100_000 });
    const first = await open();
    pull(first).catch(() => {});
    await first.waitForFunction((share) => globalThis.testPage.downloaded() >= share, chunkSizeBytes / model.length);
    const session = await browser.context.newCDPSession(first);
    const crashed = first.waitForEvent("crash");
    // A tab that crashes answers nothing.
    session.send("Page.crash").catch(() => {});
    await crashed;
    const before = sent();
    const second = await open();
    expect((await pull(second)).record).toBeDefined();
    expect(sent() - before).toBeLessThanOrEqual(model.length - chunkSizeBytes);
    expect(await digests(second)).toEqual([sha256, sha256]);
  });

  it("says that a file is damaged and fetches the one bad chunk again", async () => {
    const page = await open();
    await pull(page);
    const before = sent();
    await page.evaluate(([path, at]) => globalThis.testPage.flipByte(path, at), [`blobs/${sha256}/data`, chunkSizeBytes + 17] as const);
    const { record, logged } = await pull(page);
    expect(record).toBeDefined();
    expect(logged.join()).toContain("1 of 3 chunks");
    expect(sent() - before).toBe(chunkSizeBytes);
    expect(await digests(page)).toEqual([sha256, sha256]);
  });

  it("refuses what is not what the catalog names", async () => {
    catalog.server.addFault({ kind: "flip", path: artifactPath, atByte: 3, times: Number.POSITIVE_INFINITY });
    const page = await open();
    expect(await pull(page)).toMatchObject({ code: "digest-mismatch" });
    expect(await page.evaluate(() => globalThis.testPage.stored())).not.toHaveProperty(`blobs/${sha256}/data`);
  });

  it("downloads once for two tabs that want it at the same time", async () => {
    const tabs = await Promise.all([open(), open()]);
    const [first, second] = await Promise.all(tabs.map(pull));
    for (const outcome of [first, second]) expect(outcome).toMatchObject({ record: { files: [{ sha256 }] } });
    expect(sent()).toBe(model.length);
  });

  it("says that the site's share is used up while it writes, and goes on once there is more", async () => {
    catalog.server.addFault({ kind: "stall", path: artifactPath, afterBytes: chunkSizeBytes + 100_000 });
    const page = await open();
    const full = pull(page);
    await page.waitForFunction((share) => globalThis.testPage.downloaded() >= share, chunkSizeBytes / model.length);
    await allow(page, 2 * chunkSizeBytes - 1);
    catalog.server.release();
    expect(await full).toMatchObject({ code: "disk-full" });
    await allow(page);
    const before = sent();
    expect((await pull(page)).record).toBeDefined();
    expect(sent() - before).toBeLessThanOrEqual(model.length - chunkSizeBytes);
    expect(await digests(page)).toEqual([sha256, sha256]);
  });

  it("works in a page that may not have workers, and says there too that the share is used up", async () => {
    const page = await open("/no-workers");
    await allow(page, chunkSizeBytes);
    expect(await pull(page)).toMatchObject({ code: "disk-full" });
    await allow(page);
    expect((await pull(page)).record).toBeDefined();
    expect(await digests(page)).toEqual([sha256, sha256]);
  });
});

/** How much this site may store; without a size, as much as the browser thinks right. */
async function allow(page: Page, quotaSize?: number): Promise<void> {
  const session = await browser.context.newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: pages.origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
}
