import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { browserProgram, buildApplication, needsChromium, openBrowser, openPage } from "../browser/index.ts";
import { fullTests, needFullTests } from "../vitest/requirement.ts";
import { installPacked } from "./install-packed.mjs";
import { pageModel, pageProgram } from "./page-program.ts";

const run = promisify(execFile);
const minutes = 60_000;
const tinyModel = fileURLToPath(new URL("../../packages/adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

/** Answers a question with llama.cpp, and tells whether a process of its own did. */
const answer = `
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { createTenfold } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
export async function answer(options) {
  const said = [];
  const log = (level, message) => void said.push(message);
  const tenfold = createTenfold({ adapters: [llamaCpp({ gpu: false, ...options })], platform: nodePlatform({ home: process.env.APP_HOME }), log });
  const model = await tenfold.load({ path: process.env.APP_MODEL }, { threads: 1 });
  const { text } = await model.generateText({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } });
  await model.dispose();
  return { text, hosted: said.includes("A host process started."), warned: said.some((line) => line.includes("runs in this process")) };
}
`;
const nextFiles = {
  "next.config.mjs": `const isolated = [{ key: "Cross-Origin-Opener-Policy", value: "same-origin" }, { key: "Cross-Origin-Embedder-Policy", value: "require-corp" }];
export default {
  serverExternalPackages: ["node-llama-cpp", "@tenfold/adapter-onnx"],
  headers: async () => [{ source: "/:path*", headers: isolated }],
};`,
  "app/layout.js": `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }`,
  "app/answer/route.js": `import { answer } from "../../answer.mjs";
export const dynamic = "force-dynamic";
export const GET = async () => Response.json(await answer());`,
  "app/page.js": `"use client";
import { useEffect } from "react";
export default function Page() {
  useEffect(() => void import("../page-program.mjs"), []);
  return <h1>Tenfold</h1>;
}`,
};
const viteFiles = {
  "vite/index.html": `<!doctype html><title>Tenfold</title><script type="module" src="./main.js"></script>`,
  "vite/main.js": `import "../page-program.mjs";`,
};
/** An Electron application's main process is bundled so: packages inside, the framework with its native parts outside, and a second entry for the host. */
const mainFiles = {
  "main.mjs": `import { answer } from "./answer.mjs";
answer({ hostEntry: new URL("./host.mjs", import.meta.url).href }).then((result) => process.stdout.write(JSON.stringify(result)));`,
  "host-program.mjs": `import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { runHost } from "@tenfold/host/node";
runHost({ llamaCpp });`,
};

describe("an application in a bundle has a process for its model, and its page a worker", () => {
  let folder: string;
  let environment: Record<string, string>;
  const servers: ChildProcess[] = [];

  beforeAll(async () => {
    if (!fullTests) return;
    folder = await mkdtemp(join(tmpdir(), "hosted-"));
    const others = { "node-llama-cpp": "3.22.1", "onnxruntime-web": "1.30.0", next: "16.4.6", react: "19.2.3", "react-dom": "19.2.3" };
    await installPacked(["@tenfold/core", "@tenfold/adapter-llamacpp", "@tenfold/adapter-onnx", "@tenfold/host"], { folder, others });
    for (const [path, text] of Object.entries({ "answer.mjs": answer, "page-program.mjs": pageProgram, ...nextFiles, ...viteFiles, ...mainFiles })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await mkdir(join(folder, "public/model"), { recursive: true });
    for (const [name, file] of Object.entries(pageModel)) await copyFile(file, join(folder, "public/model", name));
    environment = { PATH: process.env.PATH ?? "", NEXT_TELEMETRY_DISABLED: "1", APP_HOME: join(folder, "home"), APP_MODEL: tinyModel };
  }, 10 * minutes);
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      const gone = once(server, "exit");
      server.kill("SIGKILL");
      await gone;
    }
  });
  afterAll(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function answerInWorker(page: Page): Promise<string | undefined> {
    await page.waitForFunction(() => globalThis.askInWorker !== undefined, undefined, { timeout: 5 * minutes });
    return page.evaluate(() => globalThis.askInWorker?.());
  }
  const hosted = { text: "17 + 15 = 32.", hosted: true, warned: false };

  test.for(["turbopack", "webpack"])("by Next, with %s", { timeout: 15 * minutes }, async (bundler, context) => {
    needFullTests(context);
    const next = join(folder, "node_modules/next/dist/bin/next");
    await run(process.execPath, [next, "build", `--${bundler}`], { cwd: folder, env: environment });
    const server = spawn(process.execPath, [next, "start", "--port", "0", "--hostname", "127.0.0.1"], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    servers.push(server);
    let said = "";
    let origin: string | undefined;
    for await (const chunk of server.stdout) {
      said += String(chunk);
      origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (origin && said.includes("Ready")) break;
    }
    expect(await (await fetch(`${origin}/answer`)).json()).toEqual(hosted);
    needsChromium(context);
    const browser = await openBrowser(browserProgram ?? "");
    try {
      const page = await browser.context.newPage();
      await page.goto(`${origin}`);
      expect(await answerInWorker(page)).toBe(hosted.text);
    } finally {
      await browser.close();
    }
  });

  test("by Vite, for browsers", { timeout: 15 * minutes }, async (context) => {
    needFullTests(context);
    needsChromium(context);
    const application = await buildApplication(pathToFileURL(join(folder, "vite/")));
    const model = Object.fromEntries(Object.entries(pageModel).map(([name, file]) => [`/model/${name}`, file]));
    const opened = await openPage("/", { scripts: [], files: { ...application.files, ...model } });
    try {
      expect(await (opened && answerInWorker(opened.page))).toBe(hosted.text);
    } finally {
      await opened?.close();
      await application.remove();
    }
  });

  test.for(["esm", "cjs"] as const)("by esbuild, as Electron's main process is bundled (%s)", { timeout: 5 * minutes }, async (format, context) => {
    needFullTests(context);
    const { build } = await import("esbuild");
    type Settings = import("esbuild").BuildOptions;
    const outdir = join(folder, `out-${format}`);
    const shared: Settings = { bundle: true, platform: "node", external: ["node-llama-cpp"], absWorkingDir: folder, logLevel: "silent" };
    await build({ ...shared, entryPoints: { host: "host-program.mjs" }, format: "esm", outdir, outExtension: { ".js": ".mjs" } });
    const main = join(outdir, format === "esm" ? "main.mjs" : "main.cjs");
    const define = { "import.meta.url": "importMetaUrl" };
    const banner = { js: `const importMetaUrl = require("node:url").pathToFileURL(__filename).href;` };
    await build({ ...shared, entryPoints: ["main.mjs"], format, outfile: main, ...(format === "cjs" ? { define, banner } : {}) });
    const { stdout } = await run(process.execPath, [main], { cwd: folder, env: environment });
    expect(JSON.parse(stdout)).toEqual(hosted);
  });
});
