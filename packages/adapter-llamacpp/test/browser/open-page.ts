import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { browserProgram, openBrowser, servePages } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import type { Page } from "playwright-core";
import type { TestContext } from "vitest";

const tinyFolder = new URL("../../../adapter-testkit/models/tenfold-tiny/", import.meta.url);
const tiny = (path: string) => fileURLToPath(new URL(path, tinyFolder));
const wasm = (threads: string) => createRequire(import.meta.url).resolve(`@wllama/wllama/esm/${threads}/wllama.wasm`);

export const needsChromium = (context: TestContext) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");

export interface OpenPage {
  readonly page: Page;
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens `page.ts` in Chromium, with the tiny models and `others` at hand; undefined without Chromium. */
export async function openPage(path: string, others: readonly string[] = []): Promise<OpenPage | undefined> {
  if (browserProgram === undefined) return undefined;
  const models = [
    ...["f32", "f16", "q8_0", "q4_0", "q4_1"].map((type) => tiny(`gguf/tenfold-tiny-${type}.gguf`)),
    tiny("encoder/tenfold-tiny-encoder-f32.gguf"),
    ...others,
  ];
  const [browser, pages] = await Promise.all([
    openBrowser(browserProgram),
    servePages({
      scripts: [new URL("./page.ts", import.meta.url)],
      files: {
        "/reference.json": tiny("reference.json"),
        "/encoder-reference.json": tiny("encoder/reference.json"),
        ...Object.fromEntries(models.map((file) => [`/models/${basename(file)}`, file])),
        // Where the adapter looks when no bundler has put the files elsewhere.
        ...Object.fromEntries(["single-thread", "multi-thread"].map((threads) => [`/@wllama/wllama/esm/${threads}/wllama.wasm`, wasm(threads)])),
      },
    }),
  ]);
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

/** The cases that the page at `path` runs. */
export async function openConformance(path: string, others?: readonly string[]) {
  const opened = await openPage(path, others);
  return (
    opened && {
      run: (id: string) =>
        opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows no cases." }, id),
      close: () => opened.close(),
    }
  );
}
