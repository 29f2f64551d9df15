import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fullTests, needFullTests } from "../vitest/requirement.ts";
import { installPacked } from "./install-packed.mjs";

const run = promisify(execFile);
const minutes = 60_000;
const tinyModel = fileURLToPath(new URL("../../packages/adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

/** What an application for browsers would import. */
const browserProgram = `
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold } from "@tenfold/core";
import { createAnswerParser } from "@tenfold/generation/parse";
import { throughChannel } from "@tenfold/host";
import { createChatTemplate } from "@tenfold/tokenizers";
globalThis.result = (async () => {
  const context = { platform: { name: "browser", os: "", architecture: "" }, nativeParts: new Map(), log() {} };
  return { support: await llamaCpp().probe(context), parts: [createTenfold, createAnswerParser, throughChannel, createChatTemplate].map((part) => typeof part) };
})();
`;

/** What an application for Node would be. */
const nodeProgram = `
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
const tenfold = createTenfold({ adapters: [llamaCpp()], platform: nodePlatform({ home: "home" }) });
const model = await tenfold.load({ path: process.argv[2] }, { threads: 1 });
const { text } = await model.generateText({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } });
await model.dispose();
process.stdout.write(text);
`;

describe("packed packages in a bundle", () => {
  let folder: string;

  beforeAll(async () => {
    if (!fullTests) return;
    folder = await mkdtemp(join(tmpdir(), "bundled-"));
    await installPacked(["@tenfold/core", "@tenfold/adapter-llamacpp", "@tenfold/generation", "@tenfold/host", "@tenfold/tokenizers"], {
      folder,
      others: { "@wllama/wllama": "2.4.0", "node-llama-cpp": "3.22.1" },
    });
    await writeFile(join(folder, "browser.mjs"), browserProgram);
    await writeFile(join(folder, "node.mjs"), nodeProgram);
  }, 10 * minutes);
  afterAll(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** Runs a bundle for browsers where nothing of Node's is at hand; it may import chunks of its own and nothing else. */
  async function runForBrowser(bundle: string): Promise<unknown> {
    const source = `import { createContext, SourceTextModule } from "node:vm";
      import { readFileSync } from "node:fs";
      const context = createContext({ URL, TextEncoder, TextDecoder, AbortController, AbortSignal, MessageChannel, DOMException, structuredClone, console });
      const chunks = new Map();
      function open(url) {
        if (!chunks.has(url.href)) chunks.set(url.href, new SourceTextModule(readFileSync(url, "utf8"), { context, identifier: url.href }));
        return chunks.get(url.href);
      }
      const bundle = open(new URL(${JSON.stringify(pathToFileURL(bundle).href)}));
      await bundle.link((specifier, importer) => {
        if (!specifier.startsWith("./")) throw new Error("the bundle imports " + specifier);
        return open(new URL(specifier, importer.identifier));
      });
      await bundle.evaluate();
      process.stdout.write(JSON.stringify(await context.result));`;
    const { stdout } = await run(process.execPath, ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "--eval", source]);
    return JSON.parse(stdout);
  }

  const worksInBrowsers = {
    // There is no page around it.
    support: { available: false, reason: expect.stringContaining("page") },
    parts: ["function", "function", "function", "function"],
  };

  test("by esbuild, for browsers", async (context) => {
    needFullTests(context);
    const { build } = await import("esbuild");
    const outfile = join(folder, "esbuild-browser.js");
    await build({
      entryPoints: [join(folder, "browser.mjs")],
      bundle: true,
      format: "esm",
      platform: "browser",
      outfile,
      logLevel: "silent",
      absWorkingDir: folder,
    });
    expect(await runForBrowser(outfile)).toMatchObject(worksInBrowsers);
  });

  test("by Vite, for browsers", async (context) => {
    needFullTests(context);
    const { build } = await import("vite");
    const outDir = join(folder, "vite");
    await build({
      root: folder,
      configFile: false,
      logLevel: "silent",
      build: { outDir, lib: { entry: join(folder, "browser.mjs"), formats: ["es"], fileName: "browser" }, minify: false },
    });
    const [entry = ""] = (await readdir(outDir)).filter((name) => name.startsWith("browser"));
    expect(await runForBrowser(join(outDir, entry))).toMatchObject(worksInBrowsers);
  });

  test("by esbuild, for Node, where it still runs a model", async (context) => {
    needFullTests(context);
    const { build } = await import("esbuild");
    const outfile = join(folder, "esbuild-node.mjs");
    await build({
      entryPoints: [join(folder, "node.mjs")],
      bundle: true,
      format: "esm",
      platform: "node",
      outfile,
      logLevel: "silent",
      absWorkingDir: folder,
      external: ["node-llama-cpp"],
    });
    await cp(tinyModel, join(folder, "tiny.gguf"));
    const { stdout } = await run(process.execPath, [outfile, "tiny.gguf"], { cwd: folder });
    expect(stdout).toBe("17 + 15 = 32.");
  });
});
