import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import { silentLog } from "@tenfold/core";
import { onnx } from "../../src/node.ts";
import type { SidePrompt, SideRun, SideTask } from "../side.ts";

const task = JSON.parse(process.argv[2] ?? "") as SideTask;
const prompts = JSON.parse(await readFile(task.prompts, "utf8")) as SidePrompt[];
const names = (await readdir(task.folder)).sort((one, other) => Number(other === "model.onnx") - Number(one === "model.onnx"));
const installed = await installedFromFiles(
  names.map((name) => join(task.folder, name)),
  "onnx",
);

const context = { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log: silentLog } as const;
const begin = performance.now();
const model = await onnx().load(installed, context, { threads: task.threads, contextSize: 4352, isolation: "none" });
const loadMs = performance.now() - begin;

const runs: SideRun[] = [];
for (const [index, { text: prompt, ids }] of prompts.entries()) {
  let text = "";
  for await (const event of model.generate({ prompt, maxTokens: task.tokens, sampling: { temperature: 0 }, cacheKey: String(index) })) {
    if (event.type === "text") text += event.text;
    if (event.type !== "finish") continue;
    if (event.usage.promptTokens !== ids.length) throw new Error(`The prompt has ${event.usage.promptTokens} tokens, not ${ids.length}.`);
    const { timeToFirstTokenMs, decodeTokensPerSecond } = event.timings;
    runs.push({ timeToFirstTokenMs, decodeTokensPerSecond, text, peakBytes: process.resourceUsage().maxRSS * 1024 });
  }
}
await model.dispose();
process.stdout.write(`${JSON.stringify({ loadMs, runs })}\n`);
