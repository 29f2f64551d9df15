import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needFullTests } from "@tenfold/tooling/requirement";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { password } from "./people.ts";
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

/** Two people's story, told in order: each test begins where the one before ended. */
const tenfoldProgram = fileURLToPath(new URL("../../../packages/cli/bin/tenfold.mjs", import.meta.url));

let stage: Stage;
let url: string;
let ada: Page;
let bo: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const opened = await openStage();
  if (opened === undefined) return;
  stage = opened;
  ({ url } = stage);
  [ada, bo] = await Promise.all([stage.newVisitor(complaints), stage.newVisitor(complaints)]);
});
afterAll(() => stage?.close());
beforeEach(needBrowser);

/** The command line, in a process of its own, with a store of its own. */
async function tenfold(...words: string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [tenfoldProgram, ...words], { env: { ...process.env, TENFOLD_HOME: join(stage.folder, "device"), TENFOLD_HUB: url } });
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
  const link = firstLink(stage.hub);
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
  // Another is begun beside it, stays open while its id is typed, and is taken away again.
  await ada.getByRole("button", { name: "Add a variant" }).click();
  await ada.getByLabel("Variant id").nth(1).pressSequentially("onnx");
  await ada.getByLabel("Format").nth(1).fill("onnx");
  expect(await ada.getByLabel("Path").isVisible()).toBe(true);
  await ada.getByRole("button", { name: "Remove the variant" }).nth(1).click();
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
  await ada.getByLabel("Languages").fill("en, de");
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
  expect(await bo.getByLabel("Languages").inputValue()).toBe("en, de");
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
  await bo.goto("/models/tenfold-tiny");
  await bo.getByText("It counts wrongly. Clients refuse it.").waitFor();
  expect(await bo.getByRole("link", { name: "Open in Tenfold" }).count()).toBe(0);
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
  const visitor = await stage.newVisitor(complaints);
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

test("an administrator adds a webhook, sees its secret once, and what became of a test", async () => {
  await ada.goto("/releases");
  await ada.getByRole("link", { name: "Webhooks" }).click();
  await ada.getByRole("heading", { name: "Nobody is told yet" }).waitFor();
  await ada.getByLabel("What it is for").fill("Chat room");
  await ada.getByLabel("Address").fill("https://10.1.2.3/hook?token=words-of-nobody");
  await ada.getByRole("button", { name: "Add the webhook" }).click();
  await ada.getByText(/^whsec_/).waitFor();
  await ada.getByRole("button", { name: "Send a test to Chat room" }).click();
  const test = ada.getByRole("row").filter({ hasText: "Send a test to 10.1.2.3" });
  await test.filter({ hasText: "may not" }).waitFor();
  expect(await seriousViolations(ada)).toEqual([]);
  await ada.reload();
  await ada.getByRole("heading", { name: "Chat room" }).waitFor();
  expect(await ada.content()).not.toMatch(/whsec_|words-of-nobody/);
  await ada.getByRole("button", { name: "Disable Chat room" }).click();
  await ada.getByText("disabled", { exact: true }).waitFor();
});

const pages = [
  ["/", "models"],
  ["/models/gemma-3-1b-it", "model-claimed"],
  ["/models/tenfold-tiny", "model-revoked"],
  ["/trust", "trust"],
  ["/api", "api"],
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
  ["/admin/webhooks", "webhooks"],
  ["/admin/audit", "audit"],
  ["/account", "account"],
  ["/frameworks", "frameworks"],
  ["/frameworks/onnx-runtime", "framework"],
  ["/matrix", "matrix"],
  ["/matrix/cell?model=qwen3-0.6b&variant=gguf-q4_k_m&device=iphone-15-pro", "cell"],
  ["/devices", "devices"],
  ["/devices/iphone-15-pro", "device"],
  ["/recommend?device=iphone-15-pro", "recommend"],
  ["/nothing", "not-found"],
] as const;

test.for(looks)("in %s at %d pixels no page sticks out, and axe finds nothing serious", { timeout: longTestTimeoutMs }, async (look, context) => {
  needFullTests(context);
  const [colorScheme, width] = look;
  const options = { colorScheme, viewport: { width, height: 844 } };
  const page = await stage.newVisitor(complaints, { ...options, storageState: await ada.context().storageState() });
  const visitor = await stage.newVisitor(complaints, options);
  const found: unknown[] = [];
  const see = async (shown: Page, path: string, name: string) => {
    await shown.goto(path);
    found.push(...(await lookAt(shown, name, look)));
  };
  for (const [path, name] of pages) await see(page, path, name);
  await see(visitor, "/sign-in", "sign-in");
  await page.goto("/admin/people");
  await page.getByLabel("E-mail address").fill("cy@example.org");
  await page.getByRole("button", { name: "Make an invitation" }).click();
  const invitation = page.getByRole("status").getByText(/\/join\//);
  await invitation.waitFor();
  found.push(...(await lookAt(page, "people-invited", look)));
  await see(visitor, (await invitation.textContent()) ?? "", "join");
  await see(visitor, "/join/used-already-or-never-made", "join-used");
  await Promise.all([page.context().close(), visitor.context().close()]);
  expect(found).toEqual([]);
});
