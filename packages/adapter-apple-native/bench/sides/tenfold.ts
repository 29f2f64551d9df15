import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import type { AdapterContext } from "@tenfold/core";
import { nativePartName } from "@tenfold/core/native-parts";
import type { SidePrompt } from "@tenfold/tooling/bench-side";
import { mlx } from "../../src/node.ts";
import { mlxPart } from "../../src/parts.ts";
import type { MlxRun, SideTask } from "../side.ts";

const task = JSON.parse(process.argv[2] ?? "") as SideTask;
const prompts = JSON.parse(await readFile(task.prompts, "utf8")) as SidePrompt[];
const names = (await readdir(task.folder)).sort((one, other) => Number(other.endsWith(".safetensors")) - Number(one.endsWith(".safetensors")));
const installed = await installedFromFiles(
  names.map((name) => join(task.folder, name)),
  "safetensors",
);

let host = 0;
const context: AdapterContext = {
  platform: { name: "node", os: process.platform, architecture: process.arch },
  nativeParts: new Map([[nativePartName(mlxPart), task.part]]),
  log: (_level, _message, details) => {
    if (typeof details?.host === "number") host = details.host;
  },
};
const begin = performance.now();
const model = await mlx().load(installed, context, {});
const loadMs = performance.now() - begin;

const runs: MlxRun[] = [];
for (const [index, { text: prompt, ids }] of prompts.entries()) {
  let text = "";
  let cpuMs: number | undefined;
  for await (const event of model.generate({ prompt, maxTokens: task.tokens, sampling: { temperature: 0 }, cacheKey: String(index) })) {
    if (event.type === "text") {
      text += event.text;
      cpuMs ??= await cpuMsOfAll();
    }
    if (event.type !== "finish") continue;
    if (event.usage.promptTokens !== ids.length) throw new Error(`The prompt has ${event.usage.promptTokens} tokens, not ${ids.length}.`);
    const decodeCpuMsPerToken = ((await cpuMsOfAll()) - (cpuMs ?? Number.NaN)) / (event.usage.completionTokens - 1);
    const { timeToFirstTokenMs, decodeTokensPerSecond } = event.timings;
    runs.push({ timeToFirstTokenMs, decodeTokensPerSecond, decodeCpuMsPerToken, text, peakBytes: await peakOf(host) });
  }
}
await model.dispose();
process.stdout.write(`${JSON.stringify({ loadMs, runs })}\n`);

/** Of this process and of the host, which counts in hundredths of a second. */
async function cpuMsOfAll(): Promise<number> {
  const { user, system } = process.cpuUsage();
  const stat = await readFile(`/proc/${host}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (user + system) / 1000 + 10 * (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN));
}

async function peakOf(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}
