// 64 clients at once, a quarter of whom leave in the middle, against `tenfold serve` and against node-llama-cpp behind a bare server, one after the other: npm run bench -- serve
// In this package, node --import tsx bench/serve.bench.ts 300 does five minutes for each side instead of 30 s.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { smollm2 } from "@tenfold/tooling/smollm2";

const seconds = Number(process.argv[2] ?? 30);
const clients = 64;
const parallel = 4;
const most = 24;
const { path: modelPath, reason } = await smollm2();
if (modelPath === undefined) {
  print(`Skipped: ${reason}`);
  process.exit();
}

print(
  `SmolLM2 135M Q4_1: ${clients} clients for ${seconds} s, ${parallel} answers at once of ${most} tokens, ${availableParallelism()} cores, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const side of ["tenfold", "node-llama-cpp"]) {
  const server = await openSide(side, modelPath);
  // The first answer loads the model.
  await ask(server.url, 0, false);
  const before = await server.residentBytes();
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const latenciesMs: number[] = [];
  let left = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let turn = 0; performance.now() < until; turn++) {
        const leaves = (client + turn) % 4 === 0;
        const latencyMs = await ask(server.url, client * 1000 + turn, leaves);
        if (leaves) left += 1;
        else latenciesMs.push(latencyMs);
      }
    }),
  );
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const grown = ((await server.residentBytes()) - before) / 1e6;
  const at = (share: number) => latenciesMs.sort((a, b) => a - b)[Math.floor(latenciesMs.length * share)]?.toFixed(0);
  // Whoever had asked before the time was over has waited for the end.
  const speed = (latenciesMs.length * most) / tookSeconds;
  print(
    `${side}: ${latenciesMs.length} answered (${speed.toFixed(0)} tok/s), ${left} left; median ${at(0.5)} ms, 95 % within ${at(0.95)} ms; memory ${grown >= 0 ? "+" : ""}${grown.toFixed(0)} MB`,
  );
  await server.close();
}

/** @returns milliseconds until the whole answer was there, or until the client left. */
async function ask(url: string, number: number, leaves: boolean): Promise<number> {
  const startedAt = performance.now();
  const controller = new AbortController();
  const body = JSON.stringify({ model: "model", prompt: `${number}: once upon a time`, max_tokens: most, temperature: 0, stream: true });
  const response = await fetch(`${url}/v1/completions`, { method: "POST", headers: { "content-type": "application/json" }, body, signal: controller.signal });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  const reader = response.body?.getReader();
  if (leaves) {
    await reader?.read();
    controller.abort();
  } else while (reader && !(await reader.read()).done);
  return performance.now() - startedAt;
}

async function openSide(side: string, path: string) {
  const program = fileURLToPath(new URL(`./sides/${side}-server.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, path, String(parallel)], { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    url,
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    },
    async close() {
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
    },
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
