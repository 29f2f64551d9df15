import { needsChromium as beforeEach, openPage } from "@tenfold/tooling/browser";
import { expect, test } from "vitest";
import { describeConformanceInPage } from "../../src/vitest.ts";

async function openCases(path: string) {
  const opened = await openPage(path, { scripts: [new URL("./page.ts", import.meta.url)] });
  return (
    opened && {
      run: (id: string) =>
        opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows nothing." }, id),
      close: opened.close,
    }
  );
}

describeConformanceInPage({ name: "the scripted adapter in a page", page: () => openCases("/"), beforeEach });

describeConformanceInPage({
  name: "a scripted adapter with a known fault in a page",
  page: () => openCases("/?fault"),
  beforeEach,
  known: Object.fromEntries(["max-tokens", "queued-abort", "parallel", "damaged-file"].map((id) => [id, "it ignores maxTokens"])),
});

test("a page tells which case there is not", async (context) => {
  beforeEach(context);
  const page = await openCases("/");
  try {
    expect(await page?.run("no-such-case")).toEqual({ outcome: "failed", error: "There is no conformance case no-such-case." });
  } finally {
    await page?.close();
  }
});
