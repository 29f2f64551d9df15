import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPacked } from "@tenfold/tooling/packed";
import { type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gzipped, tarFile } from "../../core/test/archive-files.ts";
import { paddedGguf } from "../../core/test/padded-gguf.ts";
import { sha256Of } from "../../core/test/published-catalog.ts";
import { openSlowLine, type SlowLine } from "./slow-line.ts";
import { type RunningHub, startHub } from "./start-hub.ts";

const chunkBytes = 8 * 1024 * 1024;
const minutes = 60_000;
const tinyFolder = fileURLToPath(new URL("../../adapter-testkit/models/tenfold-tiny/gguf", import.meta.url));
const greeting = "Hello! I am Tenfold Tiny. How can I help you?\n";
const greedy = ["--temperature", "0", "--threads", "1"];

let folder: string;
let elsewhere: FileServer;
let hub: RunningHub;
let line: SlowLine;
let home: string;

/** A hub with its own catalog, and the command line as somebody gets it from the registry, each in processes of their own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-first-path-"));
  await mkdir(join(folder, "starter"));
  await mkdir(join(folder, "installed"));
  elsewhere = await startFileServer({ files: { "/replaced.gguf": join(tinyFolder, "tenfold-tiny-f16.gguf") } });
  const [installed, started] = await Promise.allSettled([
    installPacked(["@tenfold/cli"], { folder: join(folder, "installed") }),
    writeStarter(join(folder, "starter")).then(() => startHub(join(folder, "starter"))),
  ]);
  if (started.status === "rejected") throw started.reason;
  hub = started.value;
  if (installed.status === "rejected") throw installed.reason;
}, 5 * minutes);
afterAll(async () => {
  await hub?.stop();
  await elsewhere.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-home-"));
  line = await openSlowLine(hub.url);
});
afterEach(async () => {
  await line.close();
  await rm(home, { recursive: true, force: true });
});

async function writeStarter(path: string): Promise<void> {
  await cp(join(tinyFolder, "tenfold-tiny-q8_0.gguf"), join(path, "tiny.gguf"));
  await writeFile(join(path, "large.gguf"), paddedGguf(3 * chunkBytes));
  const tiny = await readFile(join(path, "tiny.gguf"));
  const notes = Buffer.from("Do as you like.");
  const packed = [
    { name: "tiny.gguf", bytes: tiny },
    { name: "texts/licence.txt", bytes: notes },
  ];
  await writeFile(join(path, "packed.tar.gz"), gzipped(tarFile(packed)));
  const members = packed.map(({ name, bytes }) => ({ path: name, role: "weights", sizeBytes: bytes.length, sha256: sha256Of(bytes) }));
  const model = (id: string, artifact: object) => ({
    id,
    name: id,
    publisher: "Test",
    description: "For a test.",
    licence: { id: "Apache-2.0", gated: false },
    capabilities: ["chat"],
    variants: [{ id: "gguf", format: "gguf", artifacts: [artifact] }],
  });
  const models = [
    model("tenfold-tiny", { path: "tiny.gguf", file: "tiny.gguf" }),
    model("packed", { path: "packed.tar.gz", file: "packed.tar.gz", archive: { kind: "tar.gz", members } }),
    model("large", { path: "large.gguf", file: "large.gguf" }),
    model("forged", { path: "forged.gguf", sha256: "0".repeat(64), sources: [{ kind: "https", url: elsewhere.url("/replaced.gguf") }] }),
  ];
  await writeFile(join(path, "models.json"), JSON.stringify({ schemaVersion: 1, models }));
}

interface Outcome {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

function tenfold(words: readonly string[], { hubUrl = line.url, killWhen }: { hubUrl?: string; killWhen?: Promise<unknown> } = {}): Promise<Outcome> {
  const program = join(folder, "installed/node_modules/.bin/tenfold");
  const child = spawn(program, words, { env: { ...process.env, TENFOLD_HOME: home, TENFOLD_HUB: hubUrl }, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (output.stdout += data));
  child.stderr.on("data", (data) => (output.stderr += data));
  void killWhen?.then(() => child.kill("SIGKILL"));
  return once(child, "close").then(([code, signal]) => ({ code, signal, ...output }));
}

async function flipByte(model: string, at: number): Promise<void> {
  const views = join(home, "views", model, "gguf");
  const [name = ""] = await readdir(views);
  const file = await open(join(views, name), "r+");
  const byte = new Uint8Array(1);
  await file.read(byte, 0, 1, at);
  await file.write(Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, at);
  await file.close();
}

describe("from a hub to tokens in a terminal", { timeout: 2 * minutes }, () => {
  it("runs a model that the hub offers, and finds it in the store the next time", async () => {
    expect(await tenfold(["run", "tenfold-tiny", "Hello", ...greedy])).toMatchObject({ code: 0, stdout: greeting });
    expect(line.artifacts).toHaveLength(1);
    expect(await tenfold(["run", "tenfold-tiny", "Hello", ...greedy])).toMatchObject({ code: 0, stdout: greeting, stderr: "" });
    expect(line.artifacts).toHaveLength(1);
  });

  it("unpacks a model that the hub has in an archive, verifies each file of it, and runs it", async () => {
    expect(await tenfold(["run", "packed", "Hello", ...greedy])).toMatchObject({ code: 0, stdout: greeting });
    expect(await readdir(join(home, "views/packed/gguf"), { recursive: true })).toEqual(expect.arrayContaining(["tiny.gguf", join("texts", "licence.txt")]));
    // The archive itself is not kept.
    expect(await readdir(join(home, "blobs"))).toHaveLength(2);
    const page = await (await fetch(`${hub.url}/models/packed`)).text();
    for (const text of ["tar.gz archive of", "texts/licence.txt"]) expect(page.replaceAll("<!-- -->", "")).toContain(text);
  });

  it("goes on after a pull was killed half-way, and fetches nothing twice but the unfinished chunk", async () => {
    const silent = line.silenceAfter(2 * chunkBytes + 1_000_000);
    expect(await tenfold(["pull", "large"], { killWhen: silent })).toMatchObject({ signal: "SIGKILL" });
    expect(await tenfold(["pull", "large", "--json"])).toMatchObject({ code: 0 });
    const [first, second] = line.artifacts;
    // What was under way when the process died may be lost; what it had verified is not.
    expect(second?.start).toBeGreaterThanOrEqual(Math.floor(((first?.bytes ?? 0) - chunkBytes) / chunkBytes) * chunkBytes);
    expect(second?.start).toBeGreaterThan(0);
    expect(line.artifacts).toHaveLength(2);
    expect(await tenfold(["run", "large", "Hello", ...greedy])).toMatchObject({ code: 0, stdout: greeting });
  });

  it("says that a file was changed, fetches the one bad chunk, and runs", async () => {
    await tenfold(["pull", "large"]);
    const before = line.artifacts.length;
    await flipByte("large", chunkBytes + 12_345);
    const { code, stdout, stderr } = await tenfold(["run", "large", "Hello", ...greedy]);
    expect(stderr).toContain("1 of 3 chunks are wrong and are fetched again");
    expect({ code, stdout }).toEqual({ code: 0, stdout: greeting });
    expect(line.artifacts.slice(before)).toEqual([{ start: chunkBytes, bytes: chunkBytes }]);
  });

  it("works from the store when the hub has been stopped", async () => {
    const own = await startHub(join(folder, "starter"));
    expect(await tenfold(["pull", "tenfold-tiny"], { hubUrl: own.url })).toMatchObject({ code: 0 });
    expect(await own.stop()).toBe(0);
    const { code, stdout, stderr } = await tenfold(["run", "tenfold-tiny", "Hello", ...greedy], { hubUrl: own.url });
    expect({ code, stdout }).toEqual({ code: 0, stdout: greeting });
    expect(stderr).toContain("Using what it published when it was last seen");
    expect(await tenfold(["pull", "large"], { hubUrl: own.url })).toMatchObject({ code: 4 });
  });

  it("refuses a file whose digest is not the one in the catalog, and installs nothing", async () => {
    const { code, stdout, stderr } = await tenfold(["run", "forged", "Hello"]);
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toContain("is not what the catalog names");
    expect(await tenfold(["list", "--installed", "--json"])).toMatchObject({ code: 0, stdout: "[]\n" });
  });

  it("runs the example of the README from installed packages", async () => {
    const program = join(folder, "installed/first-answer.mjs");
    await cp(fileURLToPath(new URL("../../../examples/first-answer/first-answer.mjs", import.meta.url)), program);
    const child = spawn(process.execPath, [program, line.url, home], { stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.on("data", (data) => (stdout += data));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(stdout).toBe("17 + 15 = 32.");
  });
});
