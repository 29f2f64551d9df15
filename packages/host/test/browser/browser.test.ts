import { fileURLToPath } from "node:url";
import { tinyReference } from "@tenfold/adapter-testkit/models";
import { browserProgram, needsChromium, type OpenBrowser, openBrowser, type PageServer, servePages } from "@tenfold/tooling/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WorkerPage } from "./page.ts";

declare const workerPage: WorkerPage;

const folder = new URL("../../../adapter-testkit/models/tenfold-tiny/hf/", import.meta.url);
const names = ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"];
let browser: OpenBrowser | undefined;
let pages: PageServer | undefined;
beforeAll(async () => {
  if (browserProgram === undefined) return;
  browser = await openBrowser(browserProgram);
  pages = await servePages({
    scripts: [new URL("./page.ts", import.meta.url), new URL("./worker.ts", import.meta.url)],
    files: Object.fromEntries(names.map((name) => [`/${name}`, fileURLToPath(new URL(name, folder))])),
  });
});
afterAll(() => Promise.all([browser?.close(), pages?.close()]));
beforeEach(needsChromium);

async function open(path = "/") {
  const page = await (browser as OpenBrowser).context.newPage();
  await page.goto(`${pages?.origin}${path}`);
  return page;
}

describe("a model in a worker of a page", () => {
  test("answers with the reference's words, and its worker ends with it", async () => {
    const { prompts } = await tinyReference();
    const plain = prompts
      .filter(({ messages, finished }) => finished && messages.length === 1 && messages[0]?.role === "user")
      .filter(({ templateOptions }) => !templateOptions.tools && !templateOptions.enable_thinking)
      .slice(0, 4);
    const page = await open();
    const { texts, running } = await page.evaluate(
      (questions) => workerPage.answers(questions),
      plain.map(({ messages }) => messages[0]?.content ?? ""),
    );
    expect(texts).toEqual(plain.map(({ outputText }) => outputText));
    expect(texts.length).toBeGreaterThan(2);
    expect(running).toBe(0);
  });

  test("leaves the page free while it computes, where one of the page does not", async () => {
    const page = await open();
    const there = await page.evaluate(() => workerPage.turnsWhileComputing("host"));
    const here = await page.evaluate(() => workerPage.turnsWhileComputing("none"));
    expect(there).toBeGreaterThan(10 * here);
  });

  test("is aborted with the page's own reason, and goes on", async () => {
    expect(await (await open()).evaluate(() => workerPage.aborted())).toEqual({ error: expect.objectContaining({ isReason: true }), after: 2 });
  });

  test("that breaks is a crash, and its worker is gone", async () => {
    const crash = expect.objectContaining({ code: "crashed", message: expect.stringContaining("unreachable executed") });
    expect(await (await open()).evaluate(() => workerPage.crashed())).toEqual({ error: crash, later: crash, running: 0 });
  });

  test.each([
    ["its script is missing", "/", "/no-such-worker.js"],
    ["a policy forbids it", "/no-workers", "/worker.js"],
  ])("is one of the page where %s and nobody asked for a worker, with a warning", async (_why, path, script) => {
    const outcome = await (await open(path)).evaluate((one) => workerPage.withoutWorker(one), script);
    expect(outcome).toEqual({ tokens: 2, warnings: [expect.stringMatching(/^typescript computes in the page: .*cannot be loaded/)], running: 0 });
  });

  test("that cannot start, or refuses, leaves no worker behind", async () => {
    const outcome = await (await open()).evaluate(() => workerPage.failed());
    expect(outcome).toMatchObject({ missing: { code: "crashed", message: expect.stringContaining("cannot be loaded") }, running: 0 });
  });
});
