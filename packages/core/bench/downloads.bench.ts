import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { benchChunkList } from "./content.ts";
import { type BenchServer, serve } from "./serve.ts";
import type { BenchServerSettings } from "./server.ts";

const run = promisify(execFile);
const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const rounds = 3;
const client = [process.execPath, "--import", "tsx", fileURLToPath(new URL("client.ts", import.meta.url))] as const;

interface Taken {
  elapsedMs: number;
  peakBytes: number;
}

/** Prints what a download costs beside other tools, on loopback, every number measured in this run. */
async function downloads(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  try {
    print(`Downloads: ${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, loopback,`);
    print("server in a process of its own, best of three alternating rounds where two sides are compared, written to the same disk.");
    const request = await writeRequest(folder, GiB);
    await compare("1 GiB, unthrottled", folder, request, {}, curlAndOpenssl);
    if (await hasHf()) await compare("1 GiB, unthrottled", folder, request, {}, hfAndSha256sum);
    else print("hf download: not compared, for there is no `hf` on the path: pip install huggingface_hub");
    await compare("1 GiB, 200 MB/s in all", folder, request, { bytesPerSecond: 200e6 }, curlAlone(1.05));
    await compare("1 GiB, 60 MB/s for each connection", folder, request, { bytesPerSecondAndConnection: 60e6 }, curlAlone(0.36));
    await resumeCost(folder, request, 50);
    await memory(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface BenchRequest {
  sizeBytes: number;
  /** Writes the request for a server's address, and says where it lies. */
  at: (url: string) => Promise<string>;
}

async function writeRequest(folder: string, sizeBytes: number): Promise<BenchRequest> {
  const chunkList = benchChunkList(sizeBytes);
  return {
    sizeBytes,
    at: async (url) => {
      const path = join(folder, "request.json");
      await writeFile(path, JSON.stringify({ name: "bench", sha256: chunkList.sha256, sizeBytes, chunkList, sources: [{ url }], path: "file" }));
      return path;
    },
  };
}

/** Time inside the process: what Node and the loader of TypeScript need to start is not the download's. */
async function ours(folder: string, requestPath: string): Promise<Taken> {
  const [node, ...words] = client;
  const { stdout } = await run(node, [...words, folder, requestPath]);
  return JSON.parse(stdout) as Taken;
}

async function withServer<Result>(settings: BenchServerSettings, work: (server: BenchServer) => Promise<Result>): Promise<Result> {
  const server = await serve(settings);
  try {
    return await work(server);
  } finally {
    server.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** What a download is held against, and where it leaves its file. */
interface Peer {
  name: string;
  goal: number;
  fetch(server: BenchServer, folder: string): Promise<unknown>;
}

const curl = (server: BenchServer, file: string) => run("curl", ["--silent", "--fail", "--output", file, server.url]);
const curlAlone = (goal: number): Peer => ({ name: "curl", goal, fetch: (server, folder) => curl(server, join(folder, "model")) });
const curlAndOpenssl: Peer = {
  name: "curl, then openssl dgst -sha256",
  goal: 1,
  async fetch(server, folder) {
    await curl(server, join(folder, "model"));
    await run("openssl", ["dgst", "-sha256", join(folder, "model")]);
  },
};
const hfAndSha256sum: Peer = {
  name: "hf download, then sha256sum",
  goal: 0.4,
  async fetch({ origin }, folder) {
    // Homes of its own, so that nothing comes from a cache.
    const env = { ...process.env, HF_ENDPOINT: origin, HF_HOME: join(folder, "home"), HF_HUB_DISABLE_TELEMETRY: "1", HF_HUB_DISABLE_XET: "1" };
    await run("hf", ["download", "bench/bench", "model", "--local-dir", folder], { env });
    await run("sha256sum", [join(folder, "model")]);
  },
};

async function compare(what: string, folder: string, request: BenchRequest, pace: Omit<BenchServerSettings, "sizeBytes">, peer: Peer): Promise<void> {
  await withServer({ sizeBytes: request.sizeBytes, ...pace }, async (server) => {
    const path = await request.at(server.url);
    const theirs: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const place = await mkdtemp(join(folder, "peer-"));
      await settled();
      theirs.push(await timed(() => peer.fetch(server, place)));
      await rm(place, { recursive: true });
      await settled();
      own.push((await ours(folder, path)).elapsedMs);
      await rm(join(folder, "file"));
    }
    const [left, right] = [Math.min(...own), Math.min(...theirs)];
    print(`${what}: tenfold ${seconds(left)}, ${peer.name} ${seconds(right)}; ratio ${(left / right).toFixed(2)} (goal ${peer.goal.toFixed(2)})`);
    print(`  rounds: tenfold ${own.map(seconds).join(", ")}; ${peer.name} ${theirs.map(seconds).join(", ")}`);
  });
}

/** What one side has left to be written, as curl does, is not for the other to wait for. */
async function settled(): Promise<void> {
  await run("sync");
}

async function hasHf(): Promise<boolean> {
  return run("hf", ["version"]).then(
    () => true,
    () => false,
  );
}

/** A download at 200 MB/s that is killed again and again, each time after another while. */
async function resumeCost(folder: string, request: BenchRequest, kills: number): Promise<void> {
  await withServer({ sizeBytes: request.sizeBytes, bytesPerSecond: 200e6 }, async (server) => {
    const path = await request.at(server.url);
    const elapsedMs = await timed(async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        const before = (await server.counters()).bodyBytes;
        const [node, ...words] = client;
        const child = spawn(node, [...words, folder, path], { stdio: "ignore" });
        const ended = once(child, "exit");
        // Killed once another fiftieth of the file has left the server, so that every life brings something.
        while (child.exitCode === null && (await server.counters()).bodyBytes - before < request.sizeBytes / kills) await pause(5);
        child.kill("SIGKILL");
        await ended;
      }
      await ours(folder, path);
    });
    const { bodyBytes } = await server.counters();
    await rm(join(folder, "file"));
    print(`1 GiB, 200 MB/s in all, killed ${kills} times: ${(bodyBytes / request.sizeBytes).toFixed(3)} × the file sent, ${seconds(elapsedMs)} in all`);
  });
}

async function memory(folder: string): Promise<void> {
  const peaks: string[] = [];
  for (const sizeBytes of [256 * MiB, 2 * GiB]) {
    const request = await writeRequest(folder, sizeBytes);
    await withServer({ sizeBytes }, async (server) => {
      const { peakBytes } = await ours(folder, await request.at(server.url));
      peaks.push(`${Math.round(peakBytes / MiB)} MiB at ${sizeBytes / MiB} MiB`);
    });
    await rm(join(folder, "file"));
  }
  print(`Peak memory of the process: ${peaks.join(", ")}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

await downloads();
