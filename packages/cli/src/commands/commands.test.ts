import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../../core/test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog } from "../../../core/test/published-catalog.ts";
import { type RunSettings, runTenfold } from "../../test/run-tenfold.ts";
import { parseTarget } from "./run.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q8_0.gguf", import.meta.url));

let hub: PublishedCatalog;
let home: string;
beforeAll(async () => {
  const bytes = new Uint8Array(readFileSync(tinyPath));
  hub = await publishCatalog([
    { id: "tenfold-tiny", variants: [{ id: "gguf-q8_0", files: [{ path: "tenfold-tiny-q8_0.gguf", bytes }] }] },
    { id: "large", variants: [{ id: "gguf-q4_0", files: [{ path: "large.gguf", bytes: paddedGguf(20_000_000) }] }] },
    { id: "forged", variants: [{ id: "gguf-q8_0", files: [{ path: "forged.gguf", bytes, claimedSha256: "0".repeat(64) }] }] },
  ]);
});
afterAll(() => hub.server.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tenfold-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const tenfold = (words: string, settings: Partial<RunSettings> = {}) => runTenfold(words.split(" "), { home, hub: hub.server.origin, ...settings });
const greedy = "--temperature 0 --threads 1";

describe("tenfold list", () => {
  it("shows what the hub offers and what is here", async () => {
    await tenfold("pull tenfold-tiny");
    const { stdout, exitCode } = await tenfold("list");
    expect(stdout).toMatch(/^MODEL +HERE +FORMATS +LICENCE +NAME\n/);
    expect(stdout).toMatch(/^tenfold-tiny +yes +gguf +Apache-2.0 +Model tenfold-tiny$/m);
    expect(stdout).toMatch(/^large +gguf/m);
    expect(exitCode).toBe(0);
  });

  it("shows what is installed without asking a hub", async () => {
    expect((await tenfold("list --installed", { hub: "http://127.0.0.1:9" })).stdout).toContain("Nothing is installed yet");
    await tenfold("pull tenfold-tiny");
    const { stdout } = await tenfold("list --installed --json", { hub: "http://127.0.0.1:9" });
    expect(JSON.parse(stdout)).toMatchObject([{ model: "tenfold-tiny", variant: "gguf-q8_0" }]);
    expect((await tenfold("list --installed", { hub: "http://127.0.0.1:9" })).stdout).toContain("tenfold-tiny:gguf-q8_0");
  });

  it("gives data to programs", async () => {
    const { stdout } = await tenfold("list --json");
    expect(JSON.parse(stdout)).toMatchObject([{ id: "tenfold-tiny", installed: false, source: hub.server.origin }, { id: "large" }, { id: "forged" }]);
  });

  it("says that no hub answers, how to go on, and exits with 4", async () => {
    const { stderr, exitCode } = await tenfold("list", { hub: "http://127.0.0.1:9" });
    expect(stderr).toMatch(/^error: Cannot reach http:\/\/127\.0\.0\.1:9\/.*\n {2}Check that the hub runs/m);
    expect(exitCode).toBe(4);
  });
});

describe("tenfold search", () => {
  it("finds models by words, and variants by what their files must be", async () => {
    expect((await tenfold("search tiny")).stdout).toMatch(/^MODEL.*\ntenfold-tiny +gguf/);
    const { stdout } = await tenfold("search --max-size 2");
    expect(stdout).toContain("tenfold-tiny:gguf-q8_0");
    expect(stdout).not.toContain("large");
    expect(JSON.parse((await tenfold("search --max-size 2 --json tiny")).stdout)).toMatchObject([{ id: "tenfold-tiny", variants: [{ id: "gguf-q8_0" }] }]);
  });

  it("takes options before words, and the same one several times", async () => {
    const { stdout } = await runTenfold(["--hub", hub.server.origin, "search", "--format", "gguf", "--format", "onnx", "tiny"], { home });
    expect(stdout).toContain("tenfold-tiny");
    expect(stdout).not.toContain("large");
  });

  it("says that nothing fits, and refuses a capability that is none", async () => {
    expect((await tenfold("search --format mlpackage")).stdout).toContain("No model fits");
    expect(await tenfold("search --capability flying")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Invalid capability") });
  });
});

describe("tenfold show", () => {
  it("tells everything of a model, and who says so", async () => {
    const { stdout } = await tenfold("show tenfold-tiny");
    expect(stdout).toMatch(/Licence +Apache-2\.0/);
    expect(stdout).toMatch(/tenfold-tiny:gguf-q8_0 +1\.2 MB +[0-9a-f]{12}… verified by test hub +tenfold-tiny-q8_0\.gguf/);
    expect(JSON.parse((await tenfold("show tenfold-tiny --json")).stdout)).toMatchObject({ manifest: { id: "tenfold-tiny" } });
  });

  it("exits with 3 for a model that is none", async () => {
    expect(await tenfold("show nothing")).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

describe("tenfold pull", () => {
  it("says what it does on standard error and what it did on standard output", async () => {
    const first = await tenfold("pull large");
    expect(first.stderr).toMatch(/large: 100 % \(20\.\d MB of 20\.\d MB\)\n$/);
    expect(first.stdout).toMatch(/^Installed and verified large:gguf-q4_0 \(20\.\d MB\)\.\n$/);
    const second = await tenfold("pull large:gguf-q4_0");
    expect(second).toMatchObject({ stderr: "", stdout: expect.stringContaining("installed and verified already") });
  });

  it("keeps what came before an interruption, and says so", async () => {
    const path = hub.server.requests.find((request) => request.path.startsWith("/artifacts/"))?.path;
    expect(path).toBeDefined();
    const interrupted = await tenfold("pull large", { onStderr: (text, interrupt) => text.includes("60 %") && interrupt() });
    expect(interrupted).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("the same command goes on from there") });
    const before = hub.server.requestCount();
    expect((await tenfold("pull large")).exitCode).toBe(0);
    const resumed = hub.server.requests.slice(before).find((request) => request.path.startsWith("/artifacts/"));
    expect(Number(/bytes=(\d+)-/.exec(resumed?.headers.range ?? "")?.[1])).toBeGreaterThan(8 * 1024 * 1024);
  });

  it("refuses a file that is not what the catalog names, and exits with 5", async () => {
    const { stderr, exitCode } = await tenfold("pull forged");
    expect(stderr).toContain("is not what the catalog names");
    expect(exitCode).toBe(5);
    expect((await tenfold("list --installed --json")).stdout).toBe("[]\n");
  });

  it("gives an error as JSON when asked for JSON", async () => {
    const { stderr, stdout } = await tenfold("pull forged --json");
    expect(stdout).toBe("");
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toMatchObject({ error: { code: "digest-mismatch", stage: "validation" } });
  });
});

describe("tenfold run", () => {
  it("pulls a model, loads it and answers", async () => {
    const { stdout, stderr, exitCode } = await tenfold(`run tenfold-tiny Hello ${greedy} --stats`);
    expect(stdout).toBe("Hello! I am Tenfold Tiny. How can I help you?\n");
    expect(stderr).toMatch(/9 tokens in \(0 cached\), \d+ out, ended by stop; first token after \d+ ms, then [\d.]+ tokens\/s/);
    expect(exitCode).toBe(0);
  });

  it("takes its prompt from standard input", async () => {
    expect((await tenfold(`run ${tinyPath} ${greedy}`, { input: "What is 17 + 15?\n" })).stdout).toBe("17 + 15 = 32.\n");
  });

  it("runs a file or a folder as it lies, without a hub", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tenfold-folder-"));
    await copyFile(tinyPath, join(folder, "model.gguf"));
    expect((await tenfold(`run ${folder} Hello ${greedy} --max-tokens 2`, { hub: "http://127.0.0.1:9" })).stdout).toBe("Hello!\n");
    await rm(folder, { recursive: true });
  });

  it("streams events to programs", async () => {
    const { stdout } = await tenfold(`run ${tinyPath} Hello ${greedy} --json`);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(events[0]?.type).toBe("start");
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
  });

  it("refuses a model that takes more memory than it may, and says what takes it", async () => {
    const { stdout, stderr, exitCode } = await tenfold(`run ${tinyPath} Hello ${greedy} --memory-limit 1`);
    expect([exitCode, stdout]).toEqual([6, ""]);
    expect(stderr).toMatch(/tenfold-tiny-q8_0:local needs [\d.]+ MB to load with llama\.cpp \(weights .*1\.00 MB can be had/);
    expect((await tenfold(`run ${tinyPath} Hello ${greedy} --memory-limit 500`)).exitCode).toBe(0);
  });

  it("shows thoughts on standard error when told to think", async () => {
    const { stdout, stderr } = await runTenfold(["run", tinyPath, "What is 6 + 7?", "--think", "--temperature", "0", "--threads", "1"], { home });
    expect(stdout).toBe("6 + 7 = 13.\n");
    expect(stderr).toContain("I add 6 and 7.");
  });

  it.each([
    ["there is no prompt", "run tenfold-tiny", 2, "There is no prompt"],
    ["an option is no number", "run tenfold-tiny Hello --max-tokens many", 2, "whole number"],
    ["there is no such file", "run ./absent.gguf Hello", 2, "There is no file or folder ./absent.gguf"],
    ["a command is none", "fly", 2, "unknown command"],
    ["a name is none", "run a:b:c Hello", 2, "not a model's name"],
  ])("says it plainly when %s", async (_what, words, exitCode, message) => {
    const outcome = await tenfold(words);
    expect(outcome.stderr).toContain(message);
    expect(outcome).toMatchObject({ exitCode, stdout: "" });
  });

  it.each([
    ["tenfold-tiny", { target: "tenfold-tiny" }],
    ["tenfold-tiny:gguf-f16", { target: "tenfold-tiny", variant: "gguf-f16" }],
    ["./tenfold-tiny", { target: { path: "./tenfold-tiny" } }],
    ["models/a.gguf", { target: { path: "models/a.gguf" } }],
    [tinyPath, { target: { path: tinyPath } }],
    ["smollm2-1.7b", { target: "smollm2-1.7b" }],
  ])("understands %s", (name, target) => {
    expect(parseTarget(name)).toEqual(target);
  });
});

describe("tenfold doctor", () => {
  it("finds nothing wrong where everything is right", async () => {
    const { stdout, exitCode } = await tenfold("doctor");
    expect(stdout).toMatch(/^ok {3}Node/m);
    expect(stdout).toMatch(/^ok {3}hub .* release 1 with 3 models$/m);
    expect(stdout).toMatch(/^ok {3}llama\.cpp/m);
    expect(exitCode).toBe(0);
  });

  it("names what is wrong and what helps", async () => {
    const { stdout, exitCode } = await tenfold("doctor", { hub: "http://127.0.0.1:9" });
    expect(stdout).toMatch(/^BAD {2}hub .*\n +Check that the hub runs/m);
    expect(exitCode).not.toBe(0);
    expect(JSON.parse((await tenfold("doctor --json")).stdout)).toContainEqual(expect.objectContaining({ subject: "store", ok: true }));
  });
});

describe("tenfold --help", () => {
  it("names every command and what exit codes mean", async () => {
    const { stdout, exitCode } = await tenfold("--help");
    for (const word of ["list", "search", "show", "pull", "run", "doctor", "Exit codes", "130"]) expect(stdout).toContain(word);
    expect(exitCode).toBe(0);
  });
});
