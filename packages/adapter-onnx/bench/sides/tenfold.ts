import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import type { AdapterContext } from "@tenfold/core";
import type { SidePrompt, SideRun } from "@tenfold/tooling/bench-side";
import { onnx } from "../../src/node.ts";
import type { SideTask } from "../side.ts";

const task = JSON.parse(process.argv[2] ?? "") as SideTask;
const prompts = JSON.parse(await readFile(task.prompts, "utf8")) as SidePrompt[];
const names = (await readdir(task.folder)).sort((one, other) => Number(other === "model.onnx") - Number(one === "model.onnx"));
const installed = await installedFromFiles(
  names.map((name) => join(task.folder, name)),
  "onnx",
);

let host: number | undefined;
const context: AdapterContext = {
  platform: { name: "node", os: process.platform, architecture: process.arch },
  nativeParts: new Map(),
  log: (_level, _message, details) => {
    if (typeof details?.host === "number") host = details.host;
  },
};
const begin = performance.now();
const adapter = onnx({ hostEntry: fileURLToPath(new URL("./bench-host.mjs", import.meta.url)) });
const model = await adapter.load(installed, context, { threads: task.threads, contextSize: 4352, isolation: task.isolation ?? "host" });
const loadMs = performance.now() - begin;

const runs: SideRun[] = [];
for (const [index, { text: prompt, ids }] of prompts.entries()) {
  let text = "";
  let timeToFirstTokenMs = Number.NaN;
  const askedAtMs = performance.now();
  for await (const event of model.generate({ prompt, maxTokens: task.tokens, sampling: { temperature: 0 }, cacheKey: String(index) })) {
    if (event.type === "text") {
      if (text === "") timeToFirstTokenMs = performance.now() - askedAtMs;
      text += event.text;
    }
    if (event.type !== "finish") continue;
    if (event.usage.promptTokens !== ids.length) throw new Error(`The prompt has ${event.usage.promptTokens} tokens, not ${ids.length}.`);
    runs.push({ timeToFirstTokenMs, decodeTokensPerSecond: event.timings.decodeTokensPerSecond, text, peakBytes: peakBytes() });
  }
}
await model.dispose();
process.stdout.write(`${JSON.stringify({ loadMs, runs })}\n`);

/** Of this process and the model's together; only Linux tells of the other. */
function peakBytes(): number {
  const here = process.resourceUsage().maxRSS * 1024;
  if (host === undefined) return here;
  if (process.platform !== "linux") return Number.NaN;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${host}/status`, "utf8")) ?? [];
  return here + Number(kibibytes) * 1024;
}
