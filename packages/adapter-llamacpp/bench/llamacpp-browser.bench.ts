// Tokens per second in Chromium with SmolLM2, beside wllama used directly: npm run bench -- llamacpp-browser
import { createRequire } from "node:module";
import { browserProgram, openBrowser, servePages } from "@tenfold/tooling/browser";
import { smollm2 } from "@tenfold/tooling/smollm2";

const rounds = 3;
const tokens = 100;
const { path, reason } = await smollm2();
if (path === undefined || browserProgram === undefined) {
  console.log(`Skipped: ${path === undefined ? reason : "there is no Chromium (apt-get install -y chromium)"}`);
  process.exit();
}

const { resolve } = createRequire(import.meta.url);
const wasm = ["single-thread", "multi-thread"].map((name) => `@wllama/wllama/esm/${name}/wllama.wasm`);
const pages = await servePages({
  scripts: [new URL("./browser/page.ts", import.meta.url)],
  files: { "/model.gguf": path, ...Object.fromEntries(wasm.map((file) => [`/${file}`, resolve(file)])) },
});
const browser = await openBrowser(browserProgram);
try {
  const page = await browser.context.newPage();
  await page.goto(pages.origin);
  const median = (values: readonly number[]) => [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
  console.log(`SmolLM2 135M Q4_1 in Chromium, ${tokens} tokens, median of ${rounds}; the two take turns`);
  for (const threads of [1, 2]) {
    for (const temperature of [0, 0.8]) {
      const speeds = { tenfold: [] as number[], wllama: [] as number[] };
      for (let round = 0; round < rounds; round += 1) {
        for (const side of ["tenfold", "wllama"] as const) {
          const { tokensPerSecond } = await page.evaluate(([which, ...numbers]) => globalThis.benchPage[which](...numbers), [
            side,
            threads,
            temperature,
            tokens,
          ] as const);
          speeds[side].push(tokensPerSecond);
        }
      }
      const [ours, theirs] = [median(speeds.tenfold), median(speeds.wllama)];
      const what = `${threads} ${threads === 1 ? "thread " : "threads"}, temperature ${temperature}`.padEnd(27);
      console.log(`${what} tenfold ${ours.toFixed(1)} tok/s, wllama ${theirs.toFixed(1)} tok/s: ${(ours / theirs).toFixed(2)} times`);
    }
  }
} finally {
  await browser.close();
  await pages.close();
}
