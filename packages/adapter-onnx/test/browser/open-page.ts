import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { browserProgram, openBrowser, servePages, softwareWebgpu } from "@tenfold/tooling/browser";
import { need } from "@tenfold/tooling/requirement";
import type { Page } from "playwright-core";
import type { TestContext } from "vitest";

const tinyFolder = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny", import.meta.url));
const libraryFolder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));

export const needsChromium = (context: TestContext) => need(context, "chromium", browserProgram !== undefined, "apt-get install -y chromium");

export interface OpenPage {
  readonly page: Page;
  readonly origin: string;
  close(): Promise<void>;
}

export interface PageOptions {
  /** Whether Chromium gets a GPU that is computed in software. */
  webgpu?: boolean;
  /** Path on the server to a file. */
  files?: Readonly<Record<string, string>>;
}

/** Opens `page.ts` in Chromium, with the tiny models at hand; undefined without Chromium. */
export async function openPage(path: string, { webgpu = false, files = {} }: PageOptions = {}): Promise<OpenPage | undefined> {
  if (browserProgram === undefined) return undefined;
  const [browser, pages] = await Promise.all([
    webgpu ? openBrowser(browserProgram, softwareWebgpu) : openBrowser(browserProgram),
    servePages({
      scripts: [new URL("./page.ts", import.meta.url), new URL("./worker.ts", import.meta.url)],
      files: { ...tinyFiles(), ...libraryFiles(), ...files },
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
export async function openConformance(path: string, options?: PageOptions) {
  const opened = await openPage(path, options);
  return (
    opened && {
      run: (id: string) =>
        opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows no cases." }, id),
      close: () => opened.close(),
    }
  );
}

const tinyFiles = () =>
  Object.fromEntries(
    ["onnx", "onnx-gqa", "onnx-int4", "ort", "hf", "."].flatMap((folder) =>
      readdirSync(join(tinyFolder, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [`/tiny/${folder === "." ? "" : `${folder}/`}${name}`, join(tinyFolder, folder, name)]),
    ),
  );

/** Where the adapter looks when no bundler has put the files elsewhere. */
const libraryFiles = () =>
  Object.fromEntries(
    readdirSync(libraryFolder)
      .filter((name) => name.startsWith("ort-wasm-simd-threaded"))
      .map((name) => [`/onnxruntime-web/${name}`, join(libraryFolder, name)]),
  );
