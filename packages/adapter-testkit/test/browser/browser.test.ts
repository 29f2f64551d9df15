import { browserProgram, openBrowser, servePages } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import { expect, type TestContext, test } from "vitest";
import { describeConformanceInPage } from "../../src/vitest.ts";

const beforeEach = (context: TestContext) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");

async function openPage(path: string) {
  if (browserProgram === undefined) return undefined;
  const [browser, pages] = await Promise.all([openBrowser(browserProgram), servePages({ scripts: [new URL("./page.ts", import.meta.url)] })]);
  const page = await browser.context.newPage();
  await page.goto(`${pages.origin}${path}`);
  return {
    run: (id: string) => page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows nothing." }, id),
    close: () => Promise.all([browser.close(), pages.close()]).then(() => {}),
  };
}

describeConformanceInPage({ name: "the scripted adapter in a page", page: () => openPage("/"), beforeEach });

describeConformanceInPage({
  name: "a scripted adapter with a known fault in a page",
  page: () => openPage("/?fault"),
  beforeEach,
  known: Object.fromEntries(["max-tokens", "queued-abort", "parallel", "damaged-file"].map((id) => [id, "it ignores maxTokens"])),
});

test("a page tells which case there is not", async (context) => {
  beforeEach(context);
  const page = await openPage("/");
  try {
    expect(await page?.run("no-such-case")).toEqual({ outcome: "failed", error: "There is no conformance case no-such-case." });
  } finally {
    await page?.close();
  }
});
