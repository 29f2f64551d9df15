import { browserProgram, type OpenBrowser, openBrowser, type PageServer } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { gzipped, tarFile } from "../archive-files.ts";
import { paddedGguf } from "../padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../published-catalog.ts";
import { zipFile } from "../zip-file.ts";
import { serveTestPage } from "./serve-test-page.ts";

const kinds = ["tar", "tar.gz", "zip"] as const;
const models = kinds.map((kind, index) => {
  const member = { name: "folder/tiny.gguf", bytes: paddedGguf(400_000 + index) };
  const tar = tarFile([member]);
  const bytes = { tar, "tar.gz": gzipped(tar), zip: zipFile([{ ...member, deflated: true }]) }[kind];
  const sha256 = sha256Of(member.bytes);
  const members = [{ path: member.name, role: "weights" as const, sizeBytes: member.bytes.length, sha256 }];
  return { kind, sha256, sizeBytes: member.bytes.length, file: { path: `tiny.${kind}`, bytes, archive: { kind, members } } };
});

let browser: OpenBrowser;
let pages: PageServer;
let catalog: PublishedCatalog;
beforeAll(async () => {
  if (browserProgram === undefined) return;
  const published = models.map(({ kind, file }) => ({ id: kind, variants: [{ id: "v", files: [file] }] }));
  const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": "Content-Range, Content-Length, ETag" };
  [browser, pages, catalog] = await Promise.all([openBrowser(browserProgram), serveTestPage(), publishCatalog(published, { headers })]);
});
afterAll(() => Promise.all([browser?.close(), pages?.close(), catalog?.server.close()]));
beforeEach((context) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium"));

it.each(models)("a model in a $kind is installed in a browser as the file it holds", async ({ kind, sha256, sizeBytes, file }) => {
  const page = await browser.context.newPage();
  await page.goto(pages.origin);
  const { record, logged } = await page.evaluate(([url, model]) => globalThis.testPage.pull(url, model), [catalog.server.origin, kind] as const);
  expect(record?.files, logged.join()).toEqual([{ path: "folder/tiny.gguf", sha256, sizeBytes }]);
  expect(await page.evaluate((model) => globalThis.testPage.digests(model), kind)).toEqual([sha256, sha256]);
  const stored = await page.evaluate(() => globalThis.testPage.stored());
  expect(stored[`blobs/${sha256}/data`]).toBe(sizeBytes);
  expect(Object.keys(stored).filter((path) => path.includes(sha256Of(file.bytes)))).toEqual([]);
});
