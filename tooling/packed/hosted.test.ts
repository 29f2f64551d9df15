import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fullTests, needFullTests } from "../vitest/requirement.ts";
import { installPacked } from "./install-packed.mjs";

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
  "next.config.mjs": `export default { serverExternalPackages: ["node-llama-cpp"] };`,
  "app/layout.js": `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }`,
  "app/answer/route.js": `import { answer } from "../../answer.mjs";
export const dynamic = "force-dynamic";
export const GET = async () => Response.json(await answer());`,
};
/** An Electron application's main process is bundled so: packages inside, the framework with its native parts outside, and a second entry for the host. */
const mainFiles = {
  "main.mjs": `import { answer } from "./answer.mjs";
answer({ hostEntry: new URL("./host.mjs", import.meta.url).href }).then((result) => process.stdout.write(JSON.stringify(result)));`,
  "host-program.mjs": `import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { runHost } from "@tenfold/host/node";
runHost({ llamaCpp });`,
};

describe("an application in a bundle has a process for its model", () => {
  let folder: string;
  let environment: Record<string, string>;
  const servers: ChildProcess[] = [];

  beforeAll(async () => {
    if (!fullTests) return;
    folder = await mkdtemp(join(tmpdir(), "hosted-"));
    const others = { "node-llama-cpp": "3.22.1", next: "16.4.6", react: "19.2.3", "react-dom": "19.2.3" };
    await installPacked(["@tenfold/core", "@tenfold/adapter-llamacpp", "@tenfold/host"], { folder, others });
    for (const [path, text] of Object.entries({ "answer.mjs": answer, ...nextFiles, ...mainFiles })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
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
