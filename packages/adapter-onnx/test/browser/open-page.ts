import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenPage, openPage, softwareWebgpu } from "@tenfold/tooling/browser";

const tinyFolder = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny", import.meta.url));
const libraryFolder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));

export interface PageOptions {
  /** Whether Chromium gets a GPU that is computed in software. */
  webgpu?: boolean;
  /** Path on the server to a file. */
  files?: Readonly<Record<string, string>>;
}

/** Opens `page.ts` in Chromium, with the tiny models at hand; undefined without Chromium. */
export function openTinyPage(path: string, { webgpu = false, files = {} }: PageOptions = {}): Promise<OpenPage | undefined> {
  const scripts = [new URL("./page.ts", import.meta.url), new URL("../../src/worker.ts", import.meta.url)];
  return openPage(path, { scripts, files: { ...tinyFiles(), ...libraryFiles(), ...files } }, webgpu ? softwareWebgpu : undefined);
}

/** The cases that the page at `path` runs. */
export async function openConformance(path: string, options?: PageOptions) {
  const opened = await openTinyPage(path, options);
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
