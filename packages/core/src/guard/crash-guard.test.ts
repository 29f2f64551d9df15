import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createCrashGuard, type GuardedLoad } from "./crash-guard.ts";

let platform: TemporaryPlatform;
const children: ChildProcess[] = [];
beforeEach(async () => {
  platform = await temporaryPlatform();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await platform.remove();
});

const load = (more: Partial<GuardedLoad> = {}): GuardedLoad => ({
  key: "tiny with scripted",
  model: "tiny",
  variant: "q8_0",
  framework: "scripted",
  signal: new AbortController().signal,
  ...more,
});
const guard = (said: string[] = []) => createCrashGuard(platform, (_level, message) => void said.push(message));
const remembered = () => readdir(join(platform.home, "loads")).catch(() => []);

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const moduleUrl = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Another process that begins the load and never returns from it. Resolves once native code would run. */
async function otherProcessLoads(key = load().key): Promise<ChildProcess> {
  const script = `
    const { createCrashGuard } = await import(${moduleUrl("./crash-guard.ts")});
    const { nodePlatform } = await import(${moduleUrl("../node/platform.ts")});
    const guard = createCrashGuard(nodePlatform({ home: ${JSON.stringify(platform.home)} }), () => {});
    setInterval(() => {}, 1000);
    const signal = new AbortController().signal;
    await guard.watch({ key: ${JSON.stringify(key)}, model: "tiny", variant: "q8_0", framework: "scripted", signal, force: true }, async () => {
      console.log("loading");
      await new Promise(() => {});
    });`;
  const child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

describe("a load", () => {
  it("is remembered while it runs and forgotten when it returned, well or not", async () => {
    let during: string[] = [];
    const watched = guard().watch(load(), async () => {
      during = await remembered();
      return 7;
    });
    expect(await watched).toBe(7);
    expect(during).toHaveLength(1);
    const failure = new Error("no");
    await expect(guard().watch(load(), () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await remembered()).toEqual([]);
    expect(await readdir(join(platform.home, "locks"))).toEqual([]);
  });

  it("whose process was killed is refused once, says what to do, and may then be tried again", async () => {
    await killed(await otherProcessLoads());
    await expect(guard().watch(load(), async () => 1)).rejects.toMatchObject({
      code: "crashed-before",
      stage: "loading",
      framework: "scripted",
      message: expect.stringMatching(/^Loading tiny:q8_0 with scripted began at .* and never ended: the process was killed or crashed\.$/),
      remedy: expect.stringContaining("another framework"),
      details: { crashes: 1 },
    });
    expect(await guard().watch(load(), async () => 2)).toBe(2);
    expect(await remembered()).toEqual([]);
  });

  it("is forced past the guard, and a second crash is counted", async () => {
    await killed(await otherProcessLoads());
    expect(await guard().watch(load({ force: true }), async () => 3)).toBe(3);
    await killed(await otherProcessLoads());
    await killed(await otherProcessLoads());
    await expect(guard().watch(load(), async () => 4)).rejects.toMatchObject({ details: { crashes: 2 }, message: expect.stringContaining("2 times in a row") });
  });

  it("whose host crashed may be tried once more; a second crash in a row is refused once", async () => {
    const crash = new TenfoldError("crashed", "The process that ran the model was ended by SIGSEGV.");
    const crashing = () => guard().watch(load(), () => Promise.reject(crash));
    for (let round = 1; round <= 2; round += 1) {
      await expect(crashing()).rejects.toBe(crash);
      if (round === 1) await expect(crashing()).rejects.toBe(crash);
      await expect(crashing()).rejects.toMatchObject({ code: "crashed-before", details: { crashes: round + 1 }, message: expect.stringContaining("in a row") });
    }
    expect(await guard().watch(load(), async () => "loaded")).toBe("loaded");
    expect(await remembered()).toEqual([]);
    await expect(crashing()).rejects.toBe(crash);
    expect(await guard().watch(load(), async () => "loaded again")).toBe("loaded again");
    expect(await readdir(join(platform.home, "locks"))).toEqual([]);
  });

  it("that another process is at is no crash, and neither is another kind of load", async () => {
    await otherProcessLoads();
    expect(await guard().watch(load(), async () => 5)).toBe(5);
    await killed(await otherProcessLoads("another framework"));
    expect(await guard().watch(load(), async () => 6)).toBe(6);
  });
});

describe("a guard", () => {
  it("passes over what it cannot read, and says so", async () => {
    await guard().watch(load(), async () => {});
    await writeFile(join(platform.home, "loads", "torn.json"), '{"schemaVersion":');
    await writeFile(join(platform.home, "loads", "newer.json"), '{"schemaVersion":2}');
    await writeFile(join(platform.home, "loads", "empty.json"), "");
    await writeFile(join(platform.home, "loads", "notes.txt"), "");
    const said: string[] = [];
    expect(await guard(said).watch(load(), async () => 8)).toBe(8);
    expect(said).toHaveLength(3);
  });

  it("lets a load run when the store cannot be written, and says so", async () => {
    await writeFile(join(platform.home, "loads"), "in the way");
    const said: string[] = [];
    expect(await guard(said).watch(load(), async () => 9)).toBe(9);
    expect(said).toEqual([expect.stringContaining("Nobody will know")]);
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("left");
    const ran: string[] = [];
    const aborted = guard().watch(load({ signal: AbortSignal.abort(reason) }), async () => void ran.push("ran"));
    await expect(aborted).rejects.toBe(reason);
    expect(ran).toEqual([]);
  });
});
