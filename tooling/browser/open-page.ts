import type { Page } from "playwright-core";
import type { TestContext } from "vitest";
import { need } from "../vitest/requirement.ts";
import { browserProgram, openBrowser } from "./open-browser.ts";
import { type PageServerOptions, servePages } from "./serve-pages.ts";

export const needsChromium = (context: TestContext) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");

export interface OpenPage {
  readonly page: Page;
  readonly origin: string;
  close(): Promise<void>;
}

/** A page of a server of its own in a browser of its own; undefined without Chromium. */
export async function openPage(path: string, served: PageServerOptions, graphics?: readonly string[]): Promise<OpenPage | undefined> {
  if (browserProgram === undefined) return undefined;
  const [browser, pages] = await Promise.all([openBrowser(browserProgram, graphics), servePages(served)]);
  const page = await browser.context.newPage();
  await page.goto(`${pages.origin}${path}`);
  return {
    page,
    origin: pages.origin,
    async close() {
      await browser.close();
      await pages.close();
    },
  };
}
