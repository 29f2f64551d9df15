import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { browserProgram } from "@tenfold/tooling/browser";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type HubProcess, startHub } from "./start-hub.ts";

/** Two people's story, told in order: each test begins where the one before ended. */
const screenshots = fileURLToPath(new URL("../.screenshots", import.meta.url));
const tenfoldProgram = fileURLToPath(new URL("../../../packages/cli/bin/tenfold.mjs", import.meta.url));
const password = "correct horse battery";

let folder: string;
let hub: HubProcess;
let url: string;
let browser: Browser;
let ada: Page;
let bo: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (browserProgram === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  await mkdir(screenshots, { recursive: true });
  hub = startHub({ TENFOLD_HUB_DATA: join(folder, "data") });
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  [url, browser] = await Promise.all([hub.ready(), chromium.launch({ executablePath: browserProgram, headless: true, args: ["--no-sandbox", ...quiet] })]);
  [ada, bo] = await Promise.all([newVisitor(), newVisitor()]);
});
afterAll(async () => {
  if (browserProgram === undefined) return;
  await browser.close();
  await hub.end("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});
beforeEach((context) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium"));

/** Somebody at a computer of their own. Whatever a page complains of is remembered. */
async function newVisitor(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on("console", (message) => void (["error", "warning"].includes(message.type()) && complaints.push(`${page.url()}: ${message.text()}`)));
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return page;
}

/** What a reader of screens, or somebody who sees little, would stumble over. */
async function seriousViolations(page: Page): Promise<unknown[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

async function joinThrough(page: Page, link: string, name: string, email?: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  if (email !== undefined) await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { level: 1, name: "Curate" }).waitFor();
}

/** The command line, in a process of its own, with a store of its own. */
async function tenfold(...words: string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [tenfoldProgram, ...words], { env: { ...process.env, TENFOLD_HOME: join(folder, "device"), TENFOLD_HUB: url } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, output };
}

test("the first administrator comes through the console's link, and invites a reviewer", async () => {
  const link = /\S+\/join\/\S+/.exec(hub.output())?.[0] ?? "";
  await ada.goto(link);
  expect(await seriousViolations(ada)).toEqual([]);
  await joinThrough(ada, link, "Ada", "ada@example.org");
  await ada.getByRole("link", { name: "People" }).click();
  await ada.getByLabel("E-mail address").fill("bo@example.org");
  await ada.getByLabel("Role", { exact: true }).selectOption("reviewer");
  await ada.getByRole("button", { name: "Make an invitation" }).click();
  const invitation = await ada
    .getByRole("status")
    .getByText(/\/join\//)
    .textContent();
  await ada.getByText("bo@example.org").first().waitFor();
  await joinThrough(bo, invitation ?? "", "Bo");
  await bo.goto("/admin/people");
  await bo.getByRole("heading", { name: "There is nothing here" }).waitFor();
});

test("a curator writes a model and asks for a review; what looks like HTML in it stays text", async () => {
  await ada.goto("/curate");
  await ada.getByRole("link", { name: "New model" }).click();
  await ada.getByLabel("Name", { exact: true }).fill("Story <b>Model</b>");
  await ada.getByLabel("Publisher").fill("Example");
  await ada.getByLabel("Id", { exact: true }).fill("story-model");
  await ada.getByLabel("Description").fill("<img src=x onerror=alert(1)> Tells stories.");
  await ada.getByLabel("Licence id").fill("MIT");
  await ada.getByRole("button", { name: "Add a variant" }).click();
  await ada.getByLabel("Variant id").fill("gguf-q4_0");
  await ada.getByLabel("Format").fill("gguf");
  await ada.getByRole("button", { name: "Add a file" }).click();
  await ada.getByLabel("Path").fill("story.gguf");
  await ada.getByLabel("Size, in bytes").fill("1000");
  await ada.getByRole("button", { name: "Add a source" }).click();
  await ada.getByLabel("Address").fill("https://files.example/story.gguf");
  expect(await seriousViolations(ada)).toEqual([]);
  await ada.getByRole("button", { name: "Create the draft" }).click();
  await ada.getByRole("heading", { level: 1, name: "Story <b>Model</b>" }).waitFor();
  await ada.getByLabel("Comment").fill("<script>alert(1)</script> Please look.");
  await ada.getByRole("button", { name: "Ask for review" }).click();
  await ada.getByRole("button", { name: "Approve" }).click();
  await ada.getByText("Whoever wrote a change cannot approve it.").waitFor();
  expect(await ada.locator("main img, main script, main b").count()).toBe(0);
});

test("another approves it by keyboard alone, and publishes it with the difference in sight", async () => {
  await bo.goto("/curate?status=in+review");
  const link = bo.getByRole("link", { name: "Story <b>Model</b>" });
  await tabTo(bo, "Story <b>Model</b>");
  await bo.keyboard.press("Enter");
  await bo.getByRole("heading", { level: 1, name: "Story <b>Model</b>" }).waitFor();
  await bo.getByText("<script>alert(1)</script> Please look.").waitFor();
  expect(await seriousViolations(bo)).toEqual([]);
  await tabTo(bo, "Approve");
  await bo.keyboard.press("Enter");
  await bo.getByText("The next release publishes it.").waitFor();
  expect(await link.count()).toBe(0);

  await bo.goto("/releases/publish");
  await bo.getByRole("listitem").filter({ hasText: "added Story <b>Model</b>" }).waitFor();
  await bo.getByLabel("Note").fill("A model that tells stories.");
  expect(await seriousViolations(bo)).toEqual([]);
  await bo.getByRole("button", { name: "Publish to stable" }).click();
  await bo.getByRole("heading", { level: 1, name: "Release 2" }).waitFor();
  await bo.getByText("A model that tells stories.").waitFor();
  expect(await (await fetch(`${url}/api/v1/models/story-model`)).json()).toMatchObject({ release: { number: 2 }, manifest: { name: "Story <b>Model</b>" } });
});

test("two edit one model: the second sees both values, and keeps what is right", async () => {
  const edit = "/curate/models/story-model/edit";
  await Promise.all([ada.goto(edit), bo.goto(edit)]);
  await ada.getByLabel("Publisher").fill("Ada's Press");
  await ada.getByLabel("Description").fill("Tells Ada's stories.");
  await ada.getByRole("button", { name: "Save" }).click();
  await ada.getByRole("heading", { name: "Changes since it was approved" }).waitFor();
  await bo.getByLabel("Publisher").fill("Bo's Press");
  await bo.getByLabel("Architecture").fill("llama");
  await bo.getByRole("button", { name: "Save" }).click();
  await bo.getByRole("heading", { name: "Ada saved this model while you were editing it" }).waitFor();
  expect(await seriousViolations(bo)).toEqual([]);
  await bo.screenshot({ path: join(screenshots, "conflict-light-1280.png"), fullPage: true });
  await bo.getByRole("radio", { name: "Yours Bo's Press" }).check();
  await bo.getByRole("button", { name: "Put the edits together" }).click();
  expect(await bo.getByLabel("Description").inputValue()).toBe("Tells Ada's stories.");
  await bo.getByRole("button", { name: "Save" }).click();
  const changes = bo.getByLabel("Changed fields");
  await changes.waitFor();
  for (const text of ["Bo's Press", "llama", "Tells Ada's stories."]) expect(await changes.textContent()).toContain(text);
});

test("a model is revoked on a page, and a client in another process refuses it with the reason", async () => {
  expect(await tenfold("pull", "tenfold-tiny:gguf-q4_0")).toMatchObject({ exitCode: 0 });
  await bo.goto("/curate/models/tenfold-tiny");
  await bo.getByRole("button", { name: "Revoke…" }).click();
  await bo.getByLabel("Reason").fill("It counts wrongly.");
  expect(await seriousViolations(bo)).toEqual([]);
  await bo.getByRole("button", { name: "Revoke for everybody" }).click();
  await bo.getByRole("heading", { level: 1, name: "Release 3" }).waitFor();
  await bo.getByText("It counts wrongly.").waitFor();
  const refused = await tenfold("pull", "tenfold-tiny:gguf-q4_0");
  expect(refused).toMatchObject({ exitCode: 5, output: expect.stringContaining("It counts wrongly.") });
});

test("a release is rolled back by a button", async () => {
  await bo.goto("/releases/1");
  bo.once("dialog", (dialog) => void dialog.accept());
  await bo.getByRole("button", { name: "Roll back to this" }).click();
  await bo.getByRole("heading", { level: 1, name: "Release 4" }).waitFor();
  await bo.getByText("removed Story").waitFor();
  expect((await fetch(`${url}/api/v1/models/story-model`)).status).toBe(404);
});

test("the audit log has all of it, and signing out ends the session", async () => {
  await ada.goto("/admin/audit");
  const text = (await ada.getByRole("table").textContent()) ?? "";
  for (const action of [
    "user.create",
    "user.invite",
    "model.create",
    "review.request",
    "review.approve",
    "release.publish",
    "release.revoke",
    "release.restore",
  ]) {
    expect(text).toContain(action);
  }
  const visitor = await newVisitor();
  await visitor.goto("/curate");
  await visitor.getByLabel("E-mail address").fill("bo@example.org");
  await visitor.getByLabel("Password").fill("not the password");
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await visitor.getByText("do not belong together").waitFor();
  await visitor.getByLabel("Password").fill(password);
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await visitor.getByRole("heading", { level: 1, name: "Curate" }).waitFor();
  await visitor.getByRole("button", { name: "Sign out" }).click();
  await visitor.getByRole("link", { name: "Sign in" }).waitFor();
  await visitor.goto("/curate");
  await visitor.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await visitor.context().close();
  // The wrong password above is the browser's only complaint.
  expect(
    complaints.filter((line) => !/\/sign-in.*(401|Unauthorized)/.test(line) && !/status of (403|409)/.test(line) && !/\/admin\/people: .*404/.test(line)),
  ).toEqual([]);
});

const pages = [
  ["/", "models"],
  ["/sign-in", "sign-in"],
  ["/trust", "trust"],
  ["/releases", "releases"],
  ["/releases/2", "release"],
  ["/releases/3", "release-revokes"],
  ["/releases/publish", "publish"],
  ["/curate", "curate"],
  ["/curate?q=none+of+these", "curate-empty"],
  ["/curate/new", "new-model"],
  ["/curate/models/story-model", "draft"],
  ["/curate/models/tenfold-tiny", "draft-revoked"],
  ["/curate/models/tenfold-tiny/edit", "edit-model"],
  ["/admin/people", "people"],
  ["/admin/audit", "audit"],
  ["/account", "account"],
  ["/nothing", "not-found"],
] as const;

test.for([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const)("in %s at %d pixels no page sticks out, and axe finds nothing serious", async ([colorScheme, width], context) => {
  needFullTests(context);
  const state = await ada.context().storageState();
  const page = await newVisitor({ colorScheme, viewport: { width, height: 844 }, storageState: state });
  const visitor = await newVisitor({ colorScheme, viewport: { width, height: 844 } });
  const found: unknown[] = [];
  for (const [path, name] of pages) {
    const shown = name === "sign-in" ? visitor : page;
    await shown.goto(path);
    const over = await shown.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const violations = await seriousViolations(shown);
    if (over > 0 || violations.length > 0) found.push({ path, over, violations });
    await shown.screenshot({ path: join(screenshots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  }
  await Promise.all([page.context().close(), visitor.context().close()]);
  expect(found).toEqual([]);
});

/** Presses Tab until what has that name is focused: what is reached by no key is reached by nobody without a mouse. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
  }
  throw new Error(`${name} is not reached by Tab`);
}
