import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { browserProgram } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { TestContext } from "vitest";
import { password } from "./people.ts";
import { type HubProcess, startHub } from "./start-hub.ts";

/** Where pictures of pages go, for people to look at: `npm run screenshots`. */
export const screenshots = fileURLToPath(new URL("../.screenshots", import.meta.url));

/** What a page has to look well in: a colour scheme, and a width in pixels. */
export const looks = [
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const;

/** For tests of many steps, twenty pages with axe among them, on a machine that does much besides. */
export const longTestTimeoutMs = 900_000;

/** For `beforeEach`. */
export function needBrowser(context: TestContext): void {
  need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");
}

/** A hub in a process of its own, and a browser for whoever visits it. */
export interface Stage {
  readonly hub: HubProcess;
  readonly url: string;
  /** Holds the hub's data, and what a test puts there. */
  readonly folder: string;
  /** Somebody at a computer of their own. Whatever a page complains of in its console is put into `complaints`. */
  newVisitor(complaints: string[], options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Undefined where there is no browser: `needBrowser` tells the tests. */
export async function openStage(environment: Record<string, string> = {}): Promise<Stage | undefined> {
  if (browserProgram === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "tenfold-hub-"));
  // Hosts without rights have to be able to enter.
  await chmod(folder, 0o755);
  await mkdir(screenshots, { recursive: true });
  const hub = startHub({ TENFOLD_HUB_DATA: join(folder, "data"), ...environment });
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const launching = chromium.launch({ executablePath: browserProgram, headless: true, args: ["--no-sandbox", ...quiet] });
  const [url, browser] = await Promise.all([hub.ready(), launching]);
  return {
    hub,
    url,
    folder,
    async newVisitor(complaints, options = {}) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(200_000);
      page.on("console", (message) => void (["error", "warning"].includes(message.type()) && complaints.push(`${page.url()}: ${message.text()}`)));
      page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
      return page;
    },
    async close() {
      await browser.close();
      await hub.end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a reader of screens, or somebody who sees little, would stumble over. */
export async function seriousViolations(page: Page): Promise<unknown[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

/** How many pixels of a page stick out at its side. */
export async function sticksOut(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Takes a picture of what the page shows, and answers what is wrong with it. */
export async function lookAt(page: Page, name: string, [colorScheme, width]: (typeof looks)[number]): Promise<unknown[]> {
  const [over, violations] = [await sticksOut(page), await seriousViolations(page)];
  await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  return over > 0 || violations.length > 0 ? [{ name, over, violations }] : [];
}

/** The link by which the first administrator comes in, from what the hub says at its start. */
export function firstLink(hub: HubProcess): string {
  return /\S+\/join\/\S+/.exec(hub.output())?.[0] ?? "";
}

/** Comes in through a link, and ends on the page for curators. */
export async function joinThrough(page: Page, link: string, name: string, email?: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  if (email !== undefined) await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { level: 1, name: "Curate" }).waitFor();
}

/** Presses Tab until what is so called is focused: what is reached by no key is reached by nobody without a mouse. */
export async function tabTo(page: Page, name: string | RegExp, tag?: "a" | "button"): Promise<void> {
  for (let step = 0; step < 90; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return { text: (element?.labels?.[0] ?? element)?.textContent?.trim() ?? "", tag: element?.localName };
    });
    const isNamed = typeof name === "string" ? focused.text === name : name.test(focused.text);
    if (isNamed && (tag === undefined || focused.tag === tag)) return;
  }
  throw new Error(`${name} is not reached by Tab`);
}
