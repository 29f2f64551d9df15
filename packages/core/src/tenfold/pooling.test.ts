import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type MemoryProfile, TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { profileOf } from "../../test/profile-of.ts";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { scriptedDevice } from "../../test/simulated-device.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Adapter, GenerateEvent } from "../contract/index.ts";
import type { DeviceProbe } from "../platform/hardware.ts";
import type { Model } from "./model.ts";
import { createTenfold, type TenfoldOptions } from "./tenfold.ts";

const read = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${name}.gguf`, import.meta.url))));

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  const variants = ["q8_0", "q4_0"].map((id) => ({ id, files: [{ path: `tiny-${id}.gguf`, bytes: read(id) }] }));
  catalog = await publishCatalog([{ id: "tiny", variants }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

function open(adapters: readonly Adapter[], options: Partial<TenfoldOptions> & { device?: DeviceProbe } = {}) {
  const { device, ...rest } = options;
  return createTenfold({ adapters, catalogs: [catalog.server.origin], platform: device ? { ...platform, device } : platform, ...rest });
}
const outOfMemory = new TenfoldError("out-of-memory", "It does not fit.");
const crashed = new TenfoldError("crashed", "It crashed.");
const named = (framework: string, failures: Parameters<typeof scriptedAdapter>[0] = {}) => scriptedAdapter({ framework, ...failures });

async function events(model: Model, prompt = "a b"): Promise<GenerateEvent[]> {
  const seen: GenerateEvent[] = [];
  for await (const event of model.generate({ prompt })) seen.push(event);
  return seen;
}

describe("loads of one variant", () => {
  it("with the same options share one model, also while it loads; with others they do not", async () => {
    const { adapter, calls } = scriptedAdapter();
    const tenfold = open([adapter]);
    await tenfold.pull("tiny", { variant: "q8_0" });
    const [first, second] = await Promise.all([tenfold.load("tiny", { contextSize: 64, threads: 2 }), tenfold.load("tiny", { threads: 2, contextSize: 64 })]);
    const third = await tenfold.load("tiny", { contextSize: 32 });
    expect(calls.filter((call) => call.startsWith("load"))).toHaveLength(2);
    expect(tenfold.loaded()).toMatchObject([{ model: "tiny", variant: "q8_0", framework: "scripted", state: "ready", holders: 2 }, { holders: 1 }]);
    await first.dispose();
    await expect(first.generateText({ prompt: "a" })).rejects.toMatchObject({ code: "disposed" });
    expect(first.lifecycle.state).toBe("validated");
    expect((await second.generateText({ prompt: "a" })).text).toBe("a");
    await Promise.all([second.dispose(), third.dispose()]);
    expect(calls.filter((call) => call === "dispose")).toHaveLength(2);
    expect(tenfold.loaded()).toEqual([]);
  });

  it("are seen and unloaded by name; a handle brings its model back, and its lifecycle says so", async () => {
    const { adapter, calls } = scriptedAdapter();
    const tenfold = open([adapter]);
    expect(tenfold.isLoaded("tiny")).toBe(false);
    await tenfold.unload("tiny");
    const model = await tenfold.load("tiny", { variant: "q8_0" });
    expect([tenfold.isLoaded("tiny"), tenfold.isLoaded("tiny", { variant: "q4_0" })]).toEqual([true, false]);
    await tenfold.unload("tiny");
    expect(tenfold.isLoaded("tiny")).toBe(false);
    expect(model.lifecycle.state).toBe("validated");
    expect(model.memory()).toEqual({ weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 });
    expect(await model.countTokens("abc")).toEqual({ tokens: 3, exact: true });
    expect(model.lifecycle.state).toBe("ready");
    expect(calls.filter((call) => call.startsWith("load"))).toHaveLength(2);
    await model.dispose();
  });

  it("end with disposed when they are disposed of while they answer, for that handle alone", async () => {
    const tenfold = open([scriptedAdapter().adapter]);
    const [mine, theirs] = [await tenfold.load("tiny"), await tenfold.load("tiny")];
    const [own, other] = [mine, theirs].map((model) => model.generate({ prompt: "a b" })[Symbol.asyncIterator]());
    await own?.next();
    await other?.next();
    await own?.next();
    await mine.dispose();
    await expect(own?.next()).rejects.toMatchObject({ code: "disposed" });
    expect((await other?.next())?.done).toBe(false);
    await other?.return?.();
    await theirs.dispose();
  });
});

describe("a limit", () => {
  it("unloads what is idle before it refuses, and refuses what exceeds it with the terms", async () => {
    const { adapter, loads } = scriptedAdapter();
    const bytes = read("q8_0").length;
    const tenfold = open([adapter], { memory: { limitBytes: bytes + 1000 } });
    const q8 = await tenfold.load("tiny", { variant: "q8_0" });
    const q4 = await tenfold.load("tiny", { variant: "q4_0" });
    expect(tenfold.loaded().map(({ variant }) => variant)).toEqual(["q4_0"]);
    expect(loads[0]?.memoryLimitBytes).toBe(bytes + 1000);
    expect((await q8.generateText({ prompt: "a" })).text).toBe("a");
    expect(tenfold.loaded().map(({ variant }) => variant)).toEqual(["q8_0"]);
    // A framework whose caches come in large pieces.
    const memory: MemoryProfile = {
      weights: { held: "mapped" },
      kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 65_536 },
      compute: { model: "activations", batchTokens: { cpu: 1, accelerated: 1 }, widths: 1, logits: "last" },
      loadSpike: "none",
    };
    const greedy = open([{ ...adapter, profile: { ...profileOf("scripted"), memory } }]);
    await expect(greedy.load("tiny", { variant: "q8_0", memoryLimitBytes: 5e6 })).rejects.toMatchObject({
      code: "out-of-memory",
      message: expect.stringMatching(/KV cache \d+ MB/),
    });
    await Promise.all([q8.dispose(), q4.dispose()]);
  });

  it("leaves alone what is to stay loaded", async () => {
    const tenfold = open([scriptedAdapter().adapter], { memory: { limitBytes: read("q8_0").length + 1000 } });
    const kept = await tenfold.load("tiny", { variant: "q8_0", keepLoaded: true });
    await expect(tenfold.load("tiny", { variant: "q4_0" })).rejects.toMatchObject({ code: "out-of-memory", message: expect.stringContaining("is to stay") });
    await kept.dispose();
  });
});

describe("failover", () => {
  it("goes to the next framework when memory runs out, and the first answer says why", async () => {
    const [first, second] = [named("first", { failsToLoad: outOfMemory }), named("second")];
    const model = await open([first.adapter, second.adapter]).load("tiny", { variant: "q8_0" });
    expect(model.framework).toBe("second");
    expect(model.failovers).toEqual([{ framework: "first", variant: "q8_0", error: outOfMemory }]);
    const [start] = await events(model);
    expect(start).toMatchObject({
      type: "start",
      warnings: [{ kind: "other", message: "first could not go on with tiny:q8_0: It does not fit." }, { setting: "seed" }],
    });
    expect((await events(model))[0]).toMatchObject({ warnings: [{ setting: "seed" }] });
    expect(model.lifecycle.history.map(({ to }) => to).slice(5, 14)).toEqual([
      ...["initializing", "initialized", "loading", "error"],
      ...["validated", "initializing", "initialized", "loading", "loaded"],
    ]);
    await model.dispose();
  });

  it("goes to another installed variant when no framework can load the first, unless one was named", async () => {
    const { adapter, loads } = scriptedAdapter();
    let refusals = 1;
    const choosy: Adapter = {
      ...adapter,
      load: (model, context, options) => {
        if (model.variant.id === "q8_0" && refusals-- > 0) return Promise.reject(outOfMemory);
        return adapter.load(model, context, options);
      },
    };
    const tenfold = open([choosy]);
    await tenfold.pull("tiny", { variant: "q8_0" });
    await tenfold.pull("tiny", { variant: "q4_0" });
    const model = await tenfold.load("tiny");
    expect(model.variant.id).toBe("q4_0");
    expect(loads).toHaveLength(1);
    await model.dispose();
    refusals = 1;
    await expect(tenfold.load("tiny", { variant: "q8_0" })).rejects.toBe(outOfMemory);
  });

  it("does not go elsewhere for a file that is wrong, and says what failed first when nothing else can load", async () => {
    const wrong = new TenfoldError("invalid-format", "It is damaged.");
    const second = named("second");
    await expect(open([named("first", { failsToLoad: wrong }).adapter, second.adapter]).load("tiny")).rejects.toBe(wrong);
    expect(second.calls).toEqual([]);
    const broken = named("third", { unavailable: { reason: "No library.", remedy: "Install it." } });
    await expect(open([named("first", { failsToLoad: crashed }).adapter, broken.adapter]).load("tiny")).rejects.toBe(crashed);
  });

  it("lets the same request go on with the next framework when the first crashes before it said anything", async () => {
    const [first, second] = [named("first", { failsToAnswer: crashed }), named("second")];
    const model = await open([first.adapter, second.adapter]).load("tiny", { variant: "q8_0" });
    const seen = await events(model, "a b");
    expect(seen.map(({ type }) => type)).toEqual(["start", "failover", "reasoning", "text", "text", "tool-call", "finish"]);
    expect(seen[1]).toMatchObject({ framework: "second", variant: "q8_0", accelerator: "cpu", reason: "first could not go on with tiny:q8_0: It crashed." });
    expect(model.framework).toBe("second");
    expect(model.lifecycle.state).toBe("ready");
    expect(first.calls).toContain("dispose");
    expect((await events(model)).map(({ type }) => type)).not.toContain("failover");
    await model.dispose();
    expect(second.calls).toContain("dispose");
  });

  it("moves all answers of a handle together", async () => {
    const [first, second] = [named("first", { failsToAnswer: crashed }), named("second")];
    const model = await open([first.adapter, second.adapter]).load("tiny", { variant: "q8_0" });
    const answers = await Promise.all([events(model), events(model), events(model)]);
    for (const seen of answers) expect(seen.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(second.calls.filter((call) => call.startsWith("load"))).toHaveLength(1);
    await model.dispose();
  });

  it("does not replace text that was read: the error comes, and the next request is answered by a model loaded anew", async () => {
    const [first, second] = [named("first", { failsLater: crashed }), named("second")];
    const model = await open([first.adapter, second.adapter]).load("tiny", { variant: "q8_0" });
    const seen: GenerateEvent[] = [];
    const reading = (async () => {
      for await (const event of model.generate({ prompt: "a b" })) seen.push(event);
    })();
    await expect(reading).rejects.toBe(crashed);
    expect(seen.map(({ type }) => type)).toEqual(["start", "reasoning", "text"]);
    expect(model.lifecycle.state).toBe("error");
    await expect(events(model)).rejects.toBe(crashed);
    expect(first.calls.filter((call) => call.startsWith("load"))).toHaveLength(2);
    expect(second.calls).toEqual([]);
    await model.dispose();
  });

  it("takes the next framework after a process was killed while the first was loading; asked for by name, the first is tried again", async () => {
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { createTenfold } = await import(${module("./tenfold.ts")});
      const { nodePlatform } = await import(${module("../node/platform.ts")});
      const { scriptedAdapter } = await import(${module("../../test/scripted-adapter.ts")});
      const { adapter } = scriptedAdapter({ framework: "first" });
      adapter.load = () => new Promise(() => console.log("loading"));
      setInterval(() => {}, 1000);
      createTenfold({ adapters: [adapter], catalogs: [${JSON.stringify(catalog.server.origin)}], platform: nodePlatform({ home: ${JSON.stringify(platform.home)} }) })
        .load("tiny", { variant: "q8_0" });`;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const gone = once(child, "exit");
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await gone;

    const [first, second] = [named("first"), named("second")];
    const tenfold = open([first.adapter, second.adapter]);
    const model = await tenfold.load("tiny", { variant: "q8_0" });
    expect(model.framework).toBe("second");
    expect(first.calls).toEqual([]);
    expect(model.failovers).toMatchObject([{ framework: "first", error: { code: "crashed-before" } }]);
    const again = await tenfold.load("tiny", { variant: "q8_0", framework: "first" });
    expect(again.framework).toBe("first");
    expect(await platform.files.list("loads")).toEqual([]);
    await Promise.all([model.dispose(), again.dispose()]);
  });
});

describe("a device that is hot or short of power", () => {
  it("loads with fewer threads and smaller batches, unless they were given, and slows answers down", async () => {
    const { adapter, loads } = scriptedAdapter();
    const device = scriptedDevice({ thermal: "serious" });
    const tenfold = open([adapter], { device });
    const model = await tenfold.load("tiny", { variant: "q8_0" });
    const own = await tenfold.load("tiny", { variant: "q8_0", threads: 7, batchSize: 9 });
    expect(loads).toMatchObject([
      { threads: 2, batchSize: 32 },
      { threads: 7, batchSize: 9 },
    ]);
    const seen = await events(model);
    expect(seen[1]).toEqual({ type: "limit", tokensPerSecond: 10, reason: "the device is hot" });
    await Promise.all([model.dispose(), own.dispose()]);
  });

  it("shows no limit to whoever chose performance while power alone is short", async () => {
    const device = scriptedDevice({ lowPower: true });
    const model = await open([scriptedAdapter().adapter], { device, power: "performance" }).load("tiny", { variant: "q8_0" });
    expect((await events(model)).map(({ type }) => type)).not.toContain("limit");
    await model.dispose();
  });

  it("lets a pull in the background wait, and one that somebody waits for go ahead", async () => {
    const device = scriptedDevice({ lowPower: true });
    const tenfold = open([scriptedAdapter().adapter], { device });
    const reason = new Error("no longer");
    const abort = new AbortController();
    const waiting = tenfold.pull("tiny", { variant: "q8_0", background: true, signal: abort.signal });
    await tenfold.pull("tiny", { variant: "q4_0" });
    expect((await tenfold.store.installed()).map(({ variant }) => variant.id)).toEqual(["q4_0"]);
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const later = tenfold.pull("tiny", { variant: "q8_0", background: true });
    device.become({ lowPower: false });
    expect((await later).variant.id).toBe("q8_0");
  });
});
