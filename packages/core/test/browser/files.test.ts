import { browserProgram, type OpenBrowser, openBrowser, type PageServer } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filesCases } from "../files-cases.ts";
import { serveTestPage } from "./serve-test-page.ts";

let browser: OpenBrowser;
let pages: PageServer;
let page: Page;
let pageWithoutWorkers: Page;

async function open(path: string): Promise<Page> {
  const opened = await browser.context.newPage();
  await opened.goto(`${pages.origin}${path}`);
  return opened;
}

beforeAll(async () => {
  if (browserProgram === undefined) return;
  [browser, pages] = await Promise.all([openBrowser(browserProgram), serveTestPage()]);
  [page, pageWithoutWorkers] = await Promise.all([open("/"), open("/no-workers")]);
});
afterAll(async () => {
  if (browserProgram === undefined) return;
  await browser.close();
  await pages.close();
});
beforeEach((context) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium"));

const cases = filesCases.map(({ name, expected }, index) => ({ name, expected, index }));

describe("the private file system of a site", () => {
  it.each(cases)("in a page: $name", async ({ index, expected }) => {
    expect(await page.evaluate((at) => globalThis.testPage.runCase(at), index)).toEqual(expected);
  });

  it.each(cases)("in a worker: $name", async ({ index, expected }) => {
    expect(await page.evaluate((at) => globalThis.testPage.runCaseInWorker(at), index)).toEqual(expected);
  });

  it.each(cases)("in a page that may not have workers: $name", async ({ index, expected }) => {
    expect(await pageWithoutWorkers.evaluate((at) => globalThis.testPage.runCase(at), index)).toEqual(expected);
  });
});

it("a file that several tabs replace at once is always one of theirs, whole", async () => {
  const tabs = await Promise.all([open("/"), open("/"), open("/no-workers")]);
  const failures = await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.testPage.contend("shared/file", 100))));
  expect(failures.flat()).toEqual([]);
  await Promise.all(tabs.map((tab) => tab.close()));
});

describe("a lock", () => {
  it("keeps another tab out and is free when its tab crashes", async () => {
    const holder = await open("/");
    await holder.evaluate(() => globalThis.testPage.hold("shared"));
    const waits = page.evaluate(() => globalThis.testPage.waitFor("shared"));
    const session = await browser.context.newCDPSession(holder);
    await page.waitForFunction(async () => ((await navigator.locks.query()).pending?.length ?? 0) > 0);
    // A tab that crashes answers nothing.
    session.send("Page.crash").catch(() => {});
    expect(await waits).toBe(true);
  });
});

it("knows where it runs", async () => {
  expect(await page.evaluate(() => globalThis.testPage.platform())).toEqual({
    name: "browser",
    os: process.platform,
    architecture: "wasm32",
  });
});
