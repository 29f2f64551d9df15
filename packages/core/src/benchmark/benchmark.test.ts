import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Measurement, measurementSchema, parse, TenfoldError } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { scriptedDevice } from "../../test/simulated-device.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Adapter } from "../contract/index.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { benchmark } from "./benchmark.ts";
import { benchmarkPrompt } from "./benchmark-prompts.ts";
import { createMeasurements, measurementsPath } from "./measurements.ts";
import { spreadOf } from "./spread-of.ts";

const tinyPath = fileURLToPath(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url));

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  const bytes = new Uint8Array(readFileSync(tinyPath));
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "gguf", files: [{ path: "tiny.gguf", bytes }] }] }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

async function opened(...adapters: Adapter[]) {
  const tenfold = createTenfold({ adapters, catalogs: [catalog.server.origin], platform });
  await tenfold.pull("tiny");
  return tenfold;
}

/** Counts letters: the scripted model's tokens. */
const large = { contextSize: 10_000 };

describe("a benchmark", () => {
  it("waits while the device is hot or short of power, says so, and measures at once when asked", async () => {
    const tenfold = await opened(scriptedAdapter(large).adapter);
    const device = scriptedDevice({ thermal: "serious" });
    const request = { prompts: ["short"] as const, generatedTokens: 2, repetitions: 1, loads: 1 };
    const doing: string[] = [];
    const waiting = benchmark(
      tenfold,
      { ...platform, device },
      {
        ...request,
        onProgress: ({ doing: what }) => {
          doing.push(what);
          if (what.startsWith("waits")) device.become({ thermal: "nominal" });
        },
      },
    );
    expect((await waiting).measurements).toHaveLength(1);
    expect(doing[0]).toBe("waits: the device is hot or short of power");
    const hot = { ...platform, device: scriptedDevice({ thermal: "serious" }) };
    expect((await benchmark(tenfold, hot, { ...request, atOnce: true })).measurements).toHaveLength(1);
    const reason = new Error("no longer");
    const abort = new AbortController();
    const calledOff = benchmark(tenfold, hot, { ...request, signal: abort.signal, onProgress: () => abort.abort(reason) });
    await expect(calledOff).rejects.toBe(reason);
  });

  it("measures each prompt over its repetitions, and gives and keeps what the catalog's schema takes", async () => {
    const { adapter, calls } = scriptedAdapter({ ...large, decodeTokensPerSecond: [100, 10, 30, 20] });
    const tenfold = await opened(adapter);
    const doing = new Set<string>();
    let last = 0;
    const { measurements, skipped } = await benchmark(tenfold, platform, {
      prompts: ["short", "medium"],
      onProgress: ({ fraction, doing: what }) => {
        expect(fraction).toBeGreaterThanOrEqual(last);
        last = fraction;
        doing.add(what);
      },
    });
    expect(skipped).toEqual([]);
    // The first answer warms up and does not count.
    expect(measurements[0]).toMatchObject({
      ...{ model: "tiny", variant: "gguf", framework: "scripted", frameworkVersion: "1", accelerator: "cpu", prompt: "short" },
      decodeTokensPerSecond: { median: 20, minimum: 10, maximum: 30, repetitions: 3 },
      loadMs: { repetitions: 2 },
      peakMemoryBytes: 6,
    });
    expect(measurements.map(({ prompt }) => prompt)).toEqual(["short", "medium"]);
    for (const one of measurements) expect(parse(measurementSchema, one, "measurement")).toEqual(one);
    expect(await createMeasurements(platform.files).list()).toEqual(measurements);
    expect([...doing]).toEqual(expect.arrayContaining(["load 1 of 2", "short prompt, warm-up", "medium prompt, run 3 of 3", "done"]));
    expect(calls.filter((call) => call === "dispose")).toHaveLength(2);
  });

  it("asks every time with another text, so that no cached prefix answers", async () => {
    const { adapter, prompts } = scriptedAdapter(large);
    await benchmark(await opened(adapter), platform, { prompts: ["short", "medium"], repetitions: 2 });
    expect(prompts).toHaveLength(6);
    expect(new Set(prompts.map((prompt) => prompt.slice(0, 12))).size).toBe(6);
  });

  it("says what it left out, and why", async () => {
    const small = scriptedAdapter({ contextSize: 200 });
    const absent = scriptedAdapter({ framework: "absent", unavailable: { reason: "It is not here.", remedy: "Install it." } });
    const broken = scriptedAdapter({ framework: "broken", failsToLoad: new TenfoldError("out-of-memory", "It takes too much.") });
    const { measurements, skipped } = await benchmark(await opened(small.adapter, absent.adapter, broken.adapter), platform);
    expect(measurements.map(({ framework, prompt }) => [framework, prompt])).toEqual([["scripted", "short"]]);
    expect(skipped).toEqual([
      { model: "tiny", variant: "gguf", framework: "scripted", reason: expect.stringContaining("medium prompt: it needs a context of about 320 tokens") },
      { model: "tiny", variant: "gguf", framework: "scripted", reason: expect.stringContaining("long prompt") },
      { model: "tiny", variant: "gguf", framework: "absent", reason: "It is not here." },
      { model: "tiny", variant: "gguf", framework: "broken", reason: "It takes too much." },
    ]);
  });

  it("measures only the models and frameworks that were named, and refuses one that is not installed", async () => {
    const one = scriptedAdapter({ framework: "one", ...large });
    const two = scriptedAdapter({ framework: "two", ...large });
    const tenfold = await opened(one.adapter, two.adapter);
    const { measurements } = await benchmark(tenfold, platform, { models: [{ model: "tiny" }], frameworks: ["two"], prompts: ["short"] });
    expect(measurements.map(({ framework }) => framework)).toEqual(["two"]);
    await expect(benchmark(tenfold, platform, { models: [{ model: "tiny", variant: "other" }] })).rejects.toMatchObject({ code: "not-installed" });
  });

  it("compares the end of a sustained run with its start", async () => {
    const { adapter } = scriptedAdapter({ ...large, decodeTokensPerSecond: [1, 1, 1, 1, 100, 50] });
    const { measurements } = await benchmark(await opened(adapter), platform, { prompts: ["short"], sustainedMs: 1 });
    expect(measurements[0]?.sustained).toMatchObject({ firstDecodeTokensPerSecond: 100, lastDecodeTokensPerSecond: 50 });
  });

  it("stops when told to, frees the model, and keeps what was measured", async () => {
    const first = scriptedAdapter({ framework: "one", ...large });
    const second = scriptedAdapter({ framework: "two", ...large });
    const abort = new AbortController();
    const run = benchmark(await opened(first.adapter, second.adapter), platform, {
      prompts: ["short"],
      signal: abort.signal,
      onProgress: ({ framework, doing }) => {
        if (framework === "two" && doing === "short prompt, run 2 of 3") abort.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(second.calls.at(-1)).toBe("dispose");
    expect((await createMeasurements(platform.files).list()).map(({ framework }) => framework)).toEqual(["one"]);
  });
});

describe("measurements that are kept", () => {
  it("are replaced by newer ones of the same thing, whoever writes at the same time", async () => {
    const { adapter } = scriptedAdapter({ ...large, decodeTokensPerSecond: [5, 5, 5, 5, 9] });
    const tenfold = await opened(adapter);
    await benchmark(tenfold, platform, { prompts: ["short"] });
    const { measurements } = await benchmark(tenfold, platform, { prompts: ["short"] });
    const kept = createMeasurements(platform.files);
    expect(await kept.list()).toEqual(measurements);
    const [one] = measurements;
    if (!one) throw new Error("nothing was measured");
    await Promise.all(["a", "b", "c"].map((version) => kept.add([{ ...one, frameworkVersion: version }])));
    expect((await kept.list()).map(({ frameworkVersion }) => frameworkVersion).sort()).toEqual(["1", "a", "b", "c"]);
  });

  it("that cannot be read are reported, not overwritten", async () => {
    await platform.files.writeAtomic(measurementsPath, new TextEncoder().encode('{"schemaVersion":1,"measurements":[{"model":"x"}]}'));
    const kept = createMeasurements(platform.files);
    await expect(kept.add([{} as Measurement])).rejects.toMatchObject({ code: "invalid-input" });
    await expect(kept.add([])).rejects.toMatchObject({ code: "storage-failed" });
  });
});

it("a prompt has at least the tokens that were asked for, and the same number always gives the same", async () => {
  const words = async (text: string) => text.split(" ").length;
  for (const tokens of [1, 32, 1024]) {
    const text = await benchmarkPrompt(tokens, 3, words);
    expect(await words(text)).toBeGreaterThanOrEqual(tokens);
    expect(await words(text)).toBeLessThan(tokens + 40);
    expect(await benchmarkPrompt(tokens, 3, words)).toBe(text);
  }
});

it.each([
  [[3], { median: 3, minimum: 3, maximum: 3, repetitions: 1 }],
  [[4, 1], { median: 2.5, minimum: 1, maximum: 4, repetitions: 2 }],
  [[9, 1, 2], { median: 2, minimum: 1, maximum: 9, repetitions: 3 }],
])("the spread of %j", (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});
