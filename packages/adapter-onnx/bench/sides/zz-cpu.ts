import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { createAdapter } from "../../src/adapter.ts";
import { createNodeBinding } from "../../src/bindings/node.ts";
const cpu = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
const onnx = () =>
  createAdapter({
    binding: createNodeBinding((process.env.THROUGH ?? "native") as "native"),
    now: cpu,
    random: Math.random,
    machine: () => ({ usableCores: 2, busy: 0 }),
  });

import type { SidePrompt, SideRun, SideTask } from "../side.ts";

const task = JSON.parse(process.argv[2] ?? "") as SideTask;
const prompts = JSON.parse(await readFile(task.prompts, "utf8")) as SidePrompt[];
const names = (await readdir(task.folder)).sort((one, other) => Number(other === "model.onnx") - Number(one === "model.onnx"));
const installed = await installedFromFiles(
  names.map((name) => join(task.folder, name)),
  "onnx",
);

const begin = cpu();
const model = await onnx().load(installed, nodeContext(), { threads: task.threads, contextSize: 4352, isolation: "none" });
const loadMs = cpu() - begin;

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
