import { join } from "node:path";
import { needFullTests } from "@tenfold/tooling/requirement";
import { type HuggingFaceServer, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sha256 } from "./sample-starter.ts";
import {
  firstLink,
  joinThrough,
  longTestTimeoutMs,
  lookAt,
  looks,
  needBrowser,
  openStage,
  type Stage,
  screenshots,
  seriousViolations,
  tabTo,
} from "./stage.ts";
import { tinyModelBytes } from "./tiny-model-bytes.ts";

/** From an address to a signed release, told in order: each test begins where the one before ended. */
const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const q4 = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const repository = "Tenfold/Imported-GGUF";

let upstream: HuggingFaceServer;
let stage: Stage;
let url: string;
let ada: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const info = { cardData: { license: "mit", language: ["en"] }, pipeline_tag: "text-generation", tags: ["conversational"] };
  upstream = await startHuggingFaceServer({ repositories: { [repository]: { files: { "imported-Q8_0.gguf": q8, "imported-Q4_0.gguf": q4 }, info } } });
  const opened = await openStage({ HF_ENDPOINT: upstream.origin, TENFOLD_HUB_FETCH_ALLOW: "127.0.0.1" });
  if (opened === undefined) return;
  stage = opened;
  ({ url } = stage);
  ada = await stage.newVisitor(complaints);
  await joinThrough(ada, firstLink(stage.hub), "Ada", "ada@example.org");
});
afterAll(async () => {
  await stage?.close();
  await upstream.close();
});
beforeEach(needBrowser);

test("from the address of a repository to a signed release it takes ten clicks at most", { timeout: longTestTimeoutMs }, async () => {
  let clicks = 0;
  const click = async (role: "button" | "link" | "checkbox", name: string) => {
    clicks += 1;
    await ada.getByRole(role, { name, exact: true }).first().click();
  };
  await ada.goto("/");
  const beganAt = performance.now();
  await click("link", "Curate");
  await click("link", "Import");
  await ada.getByLabel(/^Repository of/).fill(`${upstream.origin}/${repository}`);
  await click("button", "Look up");
  await ada.getByRole("heading", { level: 1, name: repository }).waitFor();
  expect(await ada.getByLabel("Id in this hub").inputValue()).toBe("imported");
  await ada.getByText("a new model").waitFor();
  await click("checkbox", `gguf-q4_0 Q4_0 · ${await sizeShown("gguf-q4_0")} · 1 file`);
  await ada.waitForURL(/chosen=1/);
  const asked: string[] = [];
  ada.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await click("button", "Import");
  await ada.getByRole("heading", { level: 1, name: "Verify imported:gguf-q8_0" }).waitFor();
  const verifyingAt = performance.now();
  await ada.getByText("verified", { exact: true }).waitFor();
  const verifiedAt = performance.now();
  expect(await ada.getByRole("list", { name: "Log lines" }).textContent()).toContain("verdict: verified");
  // Told as it happened, over one connection.
  expect(asked.filter((path) => path.startsWith("/api/trpc/jobs."))).toEqual(["/api/trpc/jobs.watch"]);
  for (const name of ["files", "format", "tokenizer", "chat template", "framework", "generation"]) {
    expect(await ada.locator("dt", { hasText: new RegExp(`^${name} `) }).textContent()).toMatch(/passed$/);
  }
  await click("link", "To the model");
  await ada.getByRole("heading", { name: "Verification" }).waitFor();
  await click("button", "Ask for review");
  await click("button", "Approve");
  await ada.getByText("The next release publishes it.").waitFor();
  await click("link", "Publish a release");
  await click("button", "Publish to stable");
  await ada.getByRole("heading", { level: 1, name: "Release 2" }).waitFor();
  const seconds = (fromMs: number, toMs: number) => Math.round((toMs - fromMs) / 1000);
  const transferMs = verifiedAt - verifyingAt;
  console.info(`${clicks} clicks, ${seconds(beganAt + transferMs, performance.now())} s besides ${seconds(0, transferMs)} s of fetching and verifying`);
  expect(clicks).toBeLessThanOrEqual(10);
  // What is signed names it.
  const signed = async (name: string) =>
    ((await (await fetch(`${url}/tuf/${name}.json`)).json()) as { signed: { meta: Record<string, { version: number }> } }).signed;
  const { meta } = await signed(`${(await signed("timestamp")).meta["snapshot.json"]?.version}.snapshot`);
  expect(await signed(`${meta["targets.json"]?.version}.targets`)).toMatchObject({ targets: { "releases/2.json": expect.anything() } });
  const published = (await (await fetch(`${url}/api/v1/models/imported`)).json()) as { manifest: { variants: { artifacts: unknown[] }[] } };
  expect(published.manifest.variants[0]?.artifacts[0]).toMatchObject({
    sha256: { value: sha256(q8), evidence: { kind: "verified", by: "hub" } },
    sources: [{ kind: "hub" }, { kind: "hugging-face", repository, revision: { value: upstream.commit(repository) } }],
  });
  const file = await fetch(`${url}/artifacts/sha256/${sha256(q8)}`);
  expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(q8));
});

test("the same is done by keyboard alone", { timeout: longTestTimeoutMs }, async (context) => {
  needFullTests(context);
  await ada.goto("/curate");
  const press = async (name: string, tag?: "a" | "button") => {
    await tabTo(ada, name, tag);
    await ada.keyboard.press("Enter");
  };
  await press("Import");
  await ada.waitForURL(/imports$/);
  await tabTo(ada, /^Repository of/);
  await ada.keyboard.type(`${upstream.origin}/${repository}`);
  await ada.keyboard.press("Enter");
  await ada.getByRole("heading", { level: 1, name: repository }).waitFor();
  await tabTo(ada, /^gguf-q4_0/);
  await ada.keyboard.press("Space");
  await ada.waitForURL(/chosen=1/);
  await tabTo(ada, "Id in this hub");
  await ada.keyboard.type("by-keyboard");
  await ada.keyboard.press("Enter");
  await ada.waitForURL(/by-keyboard/);
  // The way back is called so as well.
  await press("Import", "button");
  await ada.getByRole("heading", { level: 1, name: "Verify by-keyboard:gguf-q8_0" }).waitFor();
  await ada.getByText("verified", { exact: true }).waitFor();
  await press("To the model");
  await ada.getByRole("heading", { name: "Verification" }).waitFor();
  await press("Ask for review");
  await ada.getByRole("button", { name: "Approve" }).waitFor();
  await press("Approve");
  await ada.getByText("The next release publishes it.").waitFor();
  await press("Publish a release");
  await ada.getByRole("heading", { level: 1, name: "Publish a release" }).waitFor();
  await press("Publish to stable");
  await ada.getByRole("heading", { level: 1, name: "Release 3" }).waitFor();
  expect((await fetch(`${url}/api/v1/models/by-keyboard`)).status).toBe(200);
});

async function sizeShown(variant: string): Promise<string> {
  const text = (await ada.locator("label", { hasText: variant }).textContent()) ?? "";
  return /·\s*([\d.]+ \w+)\s*·/.exec(text)?.[1] ?? "";
}

test("a refused model says why, and is verified once it is mended", async (context) => {
  needFullTests(context);
  const list = {
    schemaVersion: 1,
    models: [
      {
        id: "refused",
        name: "Refused",
        publisher: "Example",
        description: "Of other bytes.",
        licence: { id: "MIT", gated: false },
        capabilities: ["chat"],
        variants: [
          {
            id: "gguf-q4_0",
            format: "gguf",
            artifacts: [{ path: "imported-Q4_0.gguf", sha256: "ab".repeat(32), sources: [{ kind: "hugging-face", repository, path: "imported-Q4_0.gguf" }] }],
          },
        ],
      },
    ],
  };
  await ada.goto("/curate/imports");
  await ada.getByText("Paste a list").click();
  await ada.getByLabel("JSON").fill(JSON.stringify(list));
  await ada.getByRole("button", { name: "Read the list" }).click();
  await ada.getByRole("button", { name: "Import", exact: true }).click();
  await ada.getByText("refused", { exact: true }).first().waitFor();
  await ada.getByText(sha256(q4)).first().waitFor();
  expect(await seriousViolations(ada)).toEqual([]);
  await ada.screenshot({ path: join(screenshots, "job-refused-light-1280.png"), fullPage: true });

  list.models[0] = JSON.parse(JSON.stringify(list.models[0]).replace("ab".repeat(32), sha256(q4)));
  await ada.goto("/curate/imports");
  await ada.getByText("Paste a list").click();
  await ada.getByLabel("JSON").fill(JSON.stringify(list));
  await ada.getByRole("button", { name: "Read the list" }).click();
  await ada.getByText("ab".repeat(32)).waitFor();
  await ada.getByRole("button", { name: "Import", exact: true }).click();
  await ada.getByText("verified", { exact: true }).waitFor();
});

test("where the line for events is cut, the page asks for what is new", async (context) => {
  needFullTests(context);
  const page = await stage.newVisitor(complaints, { storageState: await ada.context().storageState() });
  let cut = 0;
  await page.route("**/api/trpc/jobs.watch*", (route) => {
    cut += 1;
    return route.abort();
  });
  await page.goto("/curate/models/imported");
  await page.getByRole("button", { name: "Verify again gguf-q8_0" }).click();
  await page.getByRole("heading", { level: 1, name: "Verify imported:gguf-q8_0" }).waitFor();
  await page.getByText("verified", { exact: true }).waitFor();
  expect(cut).toBeGreaterThan(0);
  await page.context().close();
  complaints.splice(0, complaints.length, ...complaints.filter((line) => !line.includes("ERR_FAILED")));
});

test("a file is uploaded, hashed in the browser, and proposed", async () => {
  await ada.goto("/curate/imports");
  await ada.getByText("Upload a file").click();
  await ada.getByLabel("Model file").setInputFiles({ name: "My upload.gguf", mimeType: "application/octet-stream", buffer: q8 });
  await ada.getByRole("button", { name: "Upload" }).click();
  await ada.getByRole("heading", { name: "What would change" }).waitFor();
  expect(await ada.getByLabel("Id in this hub").inputValue()).toBe("my-upload");
  expect(await ada.locator("main").textContent()).toContain(sha256(q8));
  await ada.goto("/curate/imports");
  await ada.getByText("Upload a file").click();
  await ada.getByLabel("Model file").setInputFiles({ name: "run.sh", mimeType: "text/plain", buffer: Buffer.from("#!/bin/sh\n") });
  await ada.getByRole("button", { name: "Upload" }).click();
  await ada.getByRole("alert").filter({ hasText: "run.sh" }).waitFor();
});

test("what lies inside is not fetched, and the person is told", async () => {
  await ada.goto("/curate/imports");
  await ada.getByLabel(/^Repository of/).fill("https://169.254.169.254/latest/meta-data");
  await ada.getByRole("button", { name: "Look up" }).click();
  await ada.getByText("The hub may not fetch from 169.254.169.254").waitFor();
  await ada.getByLabel(/^Repository of/).fill("imported");
  await ada.getByRole("button", { name: "Search" }).click();
  await ada.getByRole("rowheader", { name: repository }).waitFor();
  expect(complaints.filter((line) => !/status of 40\d/.test(line))).toEqual([]);
});

test.for(looks)("in %s at %d pixels no page of these sticks out, and axe finds nothing serious", { timeout: longTestTimeoutMs }, async (look, context) => {
  const [colorScheme, width] = look;
  if (width < 1280 || colorScheme === "dark") needFullTests(context);
  await ada.goto("/curate/imports");
  await ada.getByLabel(/^Repository of/).fill(repository);
  await ada.getByRole("button", { name: "Look up" }).click();
  await ada.waitForURL(/imports\/[0-9a-f-]{36}/);
  const proposal = new URL(ada.url()).pathname;
  await ada.goto("/curate/jobs");
  const job = (await ada.getByRole("link", { name: "Verify imported:gguf-q8_0" }).first().getAttribute("href")) ?? "";
  const page = await stage.newVisitor(complaints, { colorScheme, viewport: { width, height: 844 }, storageState: await ada.context().storageState() });
  const found: unknown[] = [];
  for (const [path, name] of [
    ["/curate/imports", "imports"],
    [proposal, "proposal"],
    [`${proposal}?chosen=1`, "proposal-nothing"],
    ["/curate/jobs", "jobs"],
    [job, "job"],
    ["/curate/models/imported", "draft-evidence"],
    ["/admin/sweep", "sweep"],
  ] as const) {
    await page.goto(path);
    if (name === "imports") for (const details of await page.locator("summary").all()) await details.click();
    found.push(...(await lookAt(page, name, look)));
  }
  await page.context().close();
  expect(found).toEqual([]);
});
