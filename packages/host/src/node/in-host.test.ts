import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InstalledModel, LoadOptions } from "@tenfold/core";
import { afterEach, describe, expect, it } from "vitest";
import { hostAdapter } from "../../test/host-adapter.mjs";
import { adapterModule, ask, hostContext, hosted, noFiles } from "../../test/hosted.ts";
import { encodeFrame, encodePreamble } from "../frame.ts";
import { protocolVersion } from "../messages.ts";
import { checkHost, type HostCheck } from "./check-host.ts";
import type { HostVectors } from "./host-vectors.ts";
import { inHost } from "./in-host.ts";
import { startRawHost } from "./raw-host.ts";

const logged: string[] = [];
const context = hostContext((message) => logged.push(message));

const cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0)) await one();
  logged.length = 0;
});

async function load({ model = noFiles, settings = {}, ...options }: LoadOptions & { model?: InstalledModel; settings?: object } = {}) {
  const loaded = await hosted(settings).load(model, context, options);
  cleanUp.push(() => loaded.dispose());
  return loaded;
}
const isAlive = (processId: number) => {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  // A process that nobody has waited for yet is dead all the same.
  return !(existsSync(`/proc/${processId}/stat`) && /\) Z /.test(readFileSync(`/proc/${processId}/stat`, "utf8")));
};

describe("a model in a process of its own", () => {
  it("answers as one that is here, from the files where they lie, with its options", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tenfold-host-"));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const path = join(folder, "weights.gguf");
    await writeFile(path, "GGUF0");
    const file = { path: "weights.gguf", sizeBytes: 5, read: async () => new Uint8Array(), location: () => path };
    const progress: number[] = [];
    const model = await load({ model: { ...noFiles, files: [file] }, contextSize: 64, onProgress: (fraction) => progress.push(fraction) });
    expect(await ask(model, "a b c")).toBe("a b c");
    expect(await ask(model, "file")).toBe("GUF");
    expect(await ask(model, "options")).toBe('{"contextSize":64,"isolation":"host"}');
    expect(Number(await ask(model, "process"))).not.toBe(process.pid);
    expect(await model.embed?.(["ab"])).toEqual([Float32Array.from([2, 0.5])]);
    expect(progress).toEqual([0.5, 1]);
    expect(logged).toContain("loading scripted");
  });

  it("is in this process when it is asked to be", async () => {
    const model = await load({ isolation: "none" });
    expect(Number(await ask(model, "process"))).toBe(process.pid);
  });

  it("inherits no secrets", async () => {
    process.env.SECRET_OF_THE_PARENT = "hidden";
    cleanUp.push(() => {
      delete process.env.SECRET_OF_THE_PARENT;
    });
    const environment = JSON.parse(await ask(await load(), "environment"));
    expect(environment).toHaveProperty("PATH");
    expect(JSON.stringify(environment)).not.toContain("hidden");
  });

  it("may print without harm, and what it prints is logged", async () => {
    const model = await load();
    expect(await ask(model, "print")).toBe("print");
    expect(await ask(model, "flood")).toBe("flood");
    await expect(ask(model, "segfault")).rejects.toMatchObject({ code: "crashed" });
    expect(logged).toContain("native code prints to stdout");
    expect(Math.max(...logged.map(({ length }) => length))).toBeLessThanOrEqual(1000);
  });

  it("is gone once it is disposed of", async () => {
    const model = await load();
    const processId = Number(await ask(model, "process"));
    await model.dispose();
    expect(isAlive(processId)).toBe(false);
    await expect(ask(model, "x")).rejects.toMatchObject({ code: "disposed" });
  });
});

/** A program that has nothing to do but what its script says, with a model in a host. */
function startProgram(script: string): ChildProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const opening = `
    const { inHost } = await import(${JSON.stringify(new URL("./in-host.ts", import.meta.url).href)});
    const { hostAdapter } = await import(${JSON.stringify(adapterModule)});
    const adapter = inHost(hostAdapter(), { module: ${JSON.stringify(adapterModule)}, name: "hostAdapter", arguments: [] });
    const context = { platform: { name: "node", os: "", architecture: "" }, nativeParts: new Map(), log() {} };
    const model = await adapter.load(${JSON.stringify(noFiles)}, context, {});`;
  const program = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", opening + script], { stdio: ["ignore", "pipe", "inherit"] });
  cleanUp.push(() => program.kill("SIGKILL"));
  return program;
}

describe("a program that is done", () => {
  it("sees its model disposed of", async () => {
    const program = startProgram(`await model.dispose(); console.log("disposed");`);
    const output: Buffer[] = [];
    program.stdout?.on("data", (data: Buffer) => output.push(data));
    expect(await once(program, "close")).toEqual([0, null]);
    expect(Buffer.concat(output).toString()).toBe("disposed\n");
  });

  it("ends though it has left its model open", async () => {
    expect(await once(startProgram(""), "close")).toEqual([0, null]);
  });
});

describe("a host that dies", () => {
  it("fails every call that waits, saying how it died and what it said last", async () => {
    const model = await load();
    const others = [ask(model, "forever"), ask(model, "forever")].map((one) => expect(one).rejects.toMatchObject({ code: "crashed" }));
    await expect(ask(model, "abort")).rejects.toMatchObject({
      code: "crashed",
      details: { signal: "SIGABRT", lines: expect.arrayContaining([expect.stringContaining("GGML_ASSERT(n_head > 0) failed")]) },
    });
    await Promise.all(others);
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "crashed" });
    await model.dispose();
    expect(await ask(await load(), "again")).toBe("again");
  });

  it("while it loads is a crash with its exit code, and leaves nothing behind", async () => {
    await expect(load({ settings: { fails: "exit" } })).rejects.toMatchObject({ code: "crashed", details: { exitCode: 7 } });
    await expect(load({ settings: { fails: "load" } })).rejects.toMatchObject({ code: "load-failed", message: expect.stringContaining("no such weights") });
  });

  it("is what a host becomes that writes between its frames", async () => {
    await expect(ask(await load(), "garbage")).rejects.toMatchObject({ code: "crashed", message: expect.stringMatching(/sent a (header|payload)/) });
  });
});

describe("a load", () => {
  it("is aborted with the caller's reason, and its process ends", async () => {
    const abort = new AbortController();
    const loading = load({ settings: { fails: "never" }, signal: abort.signal });
    const reason = new Error("left");
    setImmediate(() => abort.abort(reason));
    await expect(loading).rejects.toBe(reason);
  });

  it("says what is missing when a bundler has moved the host's program", async () => {
    const adapter = inHost(hostAdapter(), { module: adapterModule, name: "hostAdapter", arguments: [], entry: "/nowhere/host.mjs" });
    await expect(adapter.load(noFiles, context, {})).rejects.toMatchObject({ code: "framework-unavailable", remedy: expect.stringContaining("runHost") });
  });
});

describe("a parent that is killed", () => {
  it.each(["forever", "block"])("leaves no host behind (%s)", async (prompt) => {
    const parent = startProgram(`
      for await (const event of model.generate({ prompt: "process" })) if (event.type === "text") console.log(event.text);
      for await (const event of model.generate({ prompt: ${JSON.stringify(prompt)} }));`);
    const [line] = (await once(parent.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    const host = Number(line.toString());
    expect(isAlive(host)).toBe(true);
    parent.kill("SIGKILL");
    while (isAlive(host)) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("a program that is no host", () => {
  it.each([
    ["that says nothing", "setInterval(() => {}, 1000)"],
    ["that ends at once", ""],
    ["that answers something else", `require("node:fs").writeSync(3, "TFHOST\\\\x03\\\\0garbage, garbage")`],
  ])("(%s) fails its check", async (_what, script) => {
    const { name, problem } = await firstCheck(process.execPath, ["-e", script]);
    expect(name).toContain("echo");
    expect(problem).toEqual(expect.any(String));
  });

  it("because there is none is told so", async () => {
    expect((await firstCheck("/nowhere/host", [])).problem).toContain("ENOENT");
  });

  async function firstCheck(program: string, programArguments: readonly string[]): Promise<HostCheck> {
    const vectors: HostVectors = JSON.parse(readFileSync(new URL("../../../../docs/host-protocol-vectors.json", import.meta.url), "utf8"));
    const checks = checkHost({ program, arguments: programArguments, environment: {} }, { vectors, timeoutMs: 500 });
    for await (const check of checks) return check;
    throw new Error("Nothing was checked.");
  }
});

it("what a host said before it ended is read after its end", async () => {
  const frames = Buffer.concat([encodePreamble(protocolVersion), encodeFrame({ type: "echo", value: 1 })]);
  const script = `require("node:fs").writeSync(3, Buffer.from("${frames.toString("hex")}", "hex"))`;
  const host = startRawHost({ program: process.execPath, arguments: ["-e", script], environment: {} }, 30_000);
  expect(await host.ended()).toEqual({ exitCode: 0, signal: null });
  expect(await host.next()).toEqual({ type: "echo", value: 1 });
  await expect(host.next()).rejects.toThrow("its answers ended");
});
