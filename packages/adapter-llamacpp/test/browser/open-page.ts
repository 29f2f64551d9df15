import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenPage, openPage } from "@tenfold/tooling/browser";

const tinyFolder = new URL("../../../adapter-testkit/models/tenfold-tiny/", import.meta.url);
const tiny = (path: string) => fileURLToPath(new URL(path, tinyFolder));
const wasm = (threads: string) => createRequire(import.meta.url).resolve(`@wllama/wllama/esm/${threads}/wllama.wasm`);

/** Opens `page.ts` in Chromium, with the tiny models and `others` at hand; undefined without Chromium. */
export function openTinyPage(path: string, others: readonly string[] = []): Promise<OpenPage | undefined> {
  const models = [
    ...["f32", "f16", "q8_0", "q4_0", "q4_1"].map((type) => tiny(`gguf/tenfold-tiny-${type}.gguf`)),
    tiny("encoder/tenfold-tiny-encoder-f32.gguf"),
    ...others,
  ];
  return openPage(path, {
    scripts: [new URL("./page.ts", import.meta.url)],
    files: {
      "/reference.json": tiny("reference.json"),
      "/encoder-reference.json": tiny("encoder/reference.json"),
      ...Object.fromEntries(models.map((file) => [`/models/${basename(file)}`, file])),
      // Where the adapter looks when no bundler has put the files elsewhere.
      ...Object.fromEntries(["single-thread", "multi-thread"].map((threads) => [`/@wllama/wllama/esm/${threads}/wllama.wasm`, wasm(threads)])),
    },
  });
}

/** The cases that the page at `path` runs. */
export async function openConformance(path: string, others?: readonly string[]) {
  const opened = await openTinyPage(path, others);
  return (
    opened && {
      run: (id: string) =>
        opened.page.evaluate((one) => globalThis.conformancePage?.run(one) ?? { outcome: "failed" as const, error: "The page shows no cases." }, id),
      close: () => opened.close(),
    }
  );
}
