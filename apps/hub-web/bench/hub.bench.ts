import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// A hub in a process of its own, asked at a steady rate whatever it answers: what a client waits is counted from when it meant to ask.
const perSecond = 500;
const seconds = 10;
const program = fileURLToPath(new URL("../bin/tenfold-hub.mjs", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "tenfold-hub-bench-"));
const child = spawn(process.execPath, [program, "start"], {
  env: { ...process.env, PORT: "0", HOST: "127.0.0.1", TENFOLD_HUB_DATA: folder, TENFOLD_HUB_WORKERS: "0" },
  stdio: ["ignore", "pipe", "inherit"],
});
const exited = once(child, "exit");
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

try {
  const url = await ready();
  const channel = await (await fetch(`${url}/catalog/channels/stable.json`)).json();
  const document = `/catalog/sha256/${channel.release.sha256}`;
  // The first one that takes Brotli has it made.
  await (await fetch(url + document)).arrayBuffer();
  console.log(`${perSecond} requests a second for ${seconds} s, 64 connections, ${process.env.DATABASE_URL === undefined ? "PGlite" : "PostgreSQL"}`);
  for (const [name, path, encoding] of [
    ["release, Brotli", document, "br"],
    ["release, as it is", document, "identity"],
    ["channel", "/catalog/channels/stable.json", "identity"],
    ["timestamp", "/tuf/timestamp.json", "identity"],
    ["list of models", "/api/v1/models?limit=20", "identity"],
  ] as const) {
    const cpuBefore = await cpuSeconds(url);
    const { took, lost } = await load(url + path, encoding);
    const cpuMs = (((await cpuSeconds(url)) - cpuBefore) * 1000) / (perSecond * seconds);
    const at = (share: number) => `${(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(1)} ms`;
    console.log(
      `${name.padEnd(18)} median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}, answered ${took.length} of ${perSecond * seconds}, ${cpuMs.toFixed(2)} ms of CPU each`,
    );
    for (const [why, count] of lost) console.log(`${"".padEnd(18)} ${count} not answered: ${why}`);
  }
} finally {
  agent.destroy();
  child.kill("SIGTERM");
  await exited;
  await rm(folder, { recursive: true, force: true });
}

async function ready(): Promise<string> {
  let output = "";
  // Read to its end: a pipe that is closed would end the hub.
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    output += piece;
  });
  for (;;) {
    const url = /ready: (http:\S+)/.exec(output)?.[1];
    if (url !== undefined) return url;
    const ended = await Promise.race([once(child.stdout, "data").then(() => false), exited.then(() => true)]);
    if (ended) throw new Error(`the hub ended:\n${output}`);
  }
}

interface Outcome {
  /** How long each request took that was answered, in milliseconds, sorted. */
  readonly took: number[];
  /** Why others were not, and how many. */
  readonly lost: Map<string, number>;
}

async function load(url: string, encoding: string): Promise<Outcome> {
  const outcome: Outcome = { took: [], lost: new Map() };
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; sent < due; sent += 1) pending.push(one(url, encoding, began + (sent / perSecond) * 1000, outcome));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  outcome.took.sort((a, b) => a - b);
  return outcome;
}

/** What the hub's process has used so far: on a busy machine this says more than how long anything took. */
async function cpuSeconds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}

async function one(url: string, encoding: string, meantAt: number, { took, lost }: Outcome): Promise<void> {
  const lose = (why: string) => lost.set(why, (lost.get(why) ?? 0) + 1);
  const asking = request(url, { agent, headers: { "accept-encoding": encoding } });
  asking.end();
  try {
    const [response] = await once(asking, "response");
    response.resume();
    await once(response, "end");
    if (response.statusCode === 200) took.push(performance.now() - meantAt);
    else lose(`status ${response.statusCode}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    lose(`${code ?? message}${asking.reusedSocket ? " on a connection that was used before" : ""}`);
  }
}
