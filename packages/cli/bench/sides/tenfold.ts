// Tenfold's side of a contest: one model through its adapter, in a process of its own.
import { readFile } from "node:fs/promises";
import { mlx } from "@tenfold/adapter-apple-native";
import { executorch } from "@tenfold/adapter-executorch";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { onnx } from "@tenfold/adapter-onnx";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import { liteRt, liteRtLm } from "@tenfold/adapter-tflite";
import type { AdapterContext } from "@tenfold/core";
import type { SideFigures, SideTask } from "../side.ts";

const task = JSON.parse(process.argv[2] ?? "") as SideTask;
const adapter = [llamaCpp({ gpu: false }), onnx(), mlx(), executorch(), liteRtLm(), liteRt()].find(({ framework }) => framework === task.framework);
if (!adapter) throw new Error(`There is no adapter for ${task.framework}.`);
const model = await installedFromFiles(task.files, task.format);

let host: number | undefined;
const context: AdapterContext = {
  platform: { name: "node", os: process.platform, architecture: process.arch },
  nativeParts: new Map(Object.entries(task.nativeParts)),
  log: (_level, _message, details) => {
    if (typeof details?.host === "number") host = details.host;
  },
};
const begin = performance.now();
const loaded = await adapter.load(model, context, {
  threads: task.threads,
  contextSize: 512,
  ...(task.frameworkOptions ? { frameworkOptions: task.frameworkOptions } : {}),
});
const figures: SideFigures = { loadMs: performance.now() - begin };
for await (const event of loaded.generate({ prompt: task.prompt, maxTokens: task.tokens, sampling: { temperature: 0 } })) {
  if (event.type !== "finish") continue;
  const { timeToFirstTokenMs, prefillTokensPerSecond, decodeTokensPerSecond } = event.timings;
  Object.assign(figures, { timeToFirstTokenMs, prefillTokensPerSecond, decodeTokensPerSecond, peakBytes: await peakBytes() });
}
await loaded.dispose();
process.stdout.write(`${JSON.stringify(figures)}\n`);

/** Of the host where there is one; only Linux tells of another process. */
async function peakBytes(): Promise<number | undefined> {
  if (host === undefined) return process.resourceUsage().maxRSS * 1024;
  const status = await readFile(`/proc/${host}/status`, "utf8").catch(() => "");
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
