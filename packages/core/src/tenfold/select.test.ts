import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Device, MemoryProfile } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { profileOf } from "../../test/profile-of.ts";
import { type PublishedCatalog, publishCatalog } from "../../test/published-catalog.ts";
import { scriptedAdapter } from "../../test/scripted-adapter.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { benchmark } from "../benchmark/benchmark.ts";
import type { Adapter } from "../contract/index.ts";
import type { DeviceProbe } from "../platform/hardware.ts";
import { createTenfold } from "./tenfold.ts";

const read = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${name}.gguf`, import.meta.url))));

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  const variants = ["f16", "q8_0", "q4_0"].map((id) => ({ id, files: [{ path: `tiny-${id}.gguf`, bytes: read(id) }] }));
  catalog = await publishCatalog([{ id: "tiny", variants }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const memory: MemoryProfile = {
  weights: { held: "mapped" },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 1 },
  compute: { model: "activations", batchTokens: { cpu: 1, accelerated: 1 }, widths: 1, logits: "last" },
  loadSpike: "none",
};
const speed = { decodeBandwidthShare: 0.5, prefillPerDecode: 3, source: "made up for a test" };

/** A device with so much memory to give, and nobody else on it. */
function deviceWith(availableMemoryBytes: number): DeviceProbe {
  return {
    describe: async () => ({ processor: { logicalCores: 4, features: [] }, memory: { totalBytes: 8e9 }, graphics: [] }),
    state: async () => ({ availableMemoryBytes, busyCores: 0 }),
  };
}

const withProfile = (adapter: Adapter): Adapter => ({ ...adapter, profile: profileOf(adapter.framework, { memory, speed }) });
const open = (adapters: readonly Adapter[], device = deviceWith(4e9), catalogs = [catalog.server.origin]) =>
  createTenfold({ adapters, catalogs, platform: { ...platform, device } });
const names = ({ choices }: { choices: readonly { variant: { id: string } }[] }) => choices.map(({ variant }) => variant.id);

describe("selecting", () => {
  it("ranks a model's variants with reasons, by their sizes until they are here and by their headers then", async () => {
    const tenfold = open([withProfile(scriptedAdapter().adapter)]);
    const before = await tenfold.select("tiny");
    expect(before.choices).toHaveLength(3);
    expect(before.choices.map(({ verdict }) => verdict.verdict)).toEqual(["unknown", "unknown", "unknown"]);
    await tenfold.pull("tiny", { variant: "q4_0" });
    const [first] = (await tenfold.select("tiny")).choices;
    expect(first).toMatchObject({ variant: { id: "q4_0" }, framework: "scripted", installed: true, verdict: { verdict: "runs" } });
    expect(first?.reasons.join(" ")).toMatch(/may be taken \(what is free now\).*tokens a second, predicted.*It is on this device/);
  });

  it("says what does not fit, and what does not run here", async () => {
    const absent = scriptedAdapter({ framework: "absent", unavailable: { reason: "There is no such library.", remedy: "Install it." } });
    const tenfold = open([withProfile(scriptedAdapter().adapter), absent.adapter], deviceWith(1e6));
    const { choices, rejected } = await tenfold.select("tiny");
    expect(names({ choices })).toEqual(["q4_0"]);
    const why = new Map(rejected.map(({ variant, framework, reasons }) => [`${variant.id} ${framework}`, reasons[0]]));
    expect(why.get("f16 scripted")).toMatch(/^It takes \d+ MB, and 1 MB may be taken/);
    expect(why.get("q8_0 absent")).toBe("There is no such library.");
  });

  it("goes by what was measured on this device", async () => {
    const quick = scriptedAdapter({ framework: "quick", contextSize: 10_000, decodeTokensPerSecond: [50] });
    const slow = scriptedAdapter({ framework: "slow", contextSize: 10_000, decodeTokensPerSecond: [10] });
    const tenfold = open([withProfile(slow.adapter), withProfile(quick.adapter)]);
    await tenfold.pull("tiny", { variant: "q8_0" });
    await benchmark(tenfold, { ...platform, device: deviceWith(4e9) }, { prompts: ["short"] });
    const { choices } = await tenfold.select("tiny", { preference: "speed" });
    expect(choices[0]).toMatchObject({ framework: "quick", performance: { basis: "measured", decodeTokensPerSecond: 50 } });
  });

  it("among all models takes criteria, and with no hub in reach goes by what is installed", async () => {
    const tenfold = open([withProfile(scriptedAdapter().adapter)]);
    expect((await tenfold.select({ capabilities: ["chat"] })).choices.map(({ model }) => model)).toEqual(["tiny", "tiny", "tiny"]);
    expect((await tenfold.select({ capabilities: ["vision"] })).choices).toEqual([]);
    await tenfold.pull("tiny", { variant: "q4_0" });
    expect(names(await open([withProfile(scriptedAdapter().adapter)], deviceWith(4e9), ["http://127.0.0.1:9"]).select("tiny"))).toEqual(["q4_0"]);
    await expect(open([], deviceWith(4e9), ["http://127.0.0.1:9"]).select("nothing")).rejects.toMatchObject({ code: "catalog-unreachable" });
    await expect(tenfold.select("nothing")).rejects.toMatchObject({ code: "unknown-model" });
  });
});

describe("searching for what runs on a device", () => {
  const variantsIn = (found: readonly { variants?: readonly { id: string }[] }[]) => found.flatMap(({ variants }) => variants ?? []).map(({ id }) => id);

  it("lists the variants that this device has room for", async () => {
    const adapters = [withProfile(scriptedAdapter().adapter)];
    expect(variantsIn(await open(adapters).models.find({ device: "this" }))).toEqual(["f16", "q8_0", "q4_0"]);
    expect(variantsIn(await open(adapters, deviceWith(1.5e6)).models.find({ device: "this" }))).toEqual(["q8_0", "q4_0"]);
    expect(await open(adapters, deviceWith(1e4)).models.find({ device: "this" })).toEqual([]);
    expect(variantsIn(await open(adapters, deviceWith(1.5e6)).models.find({ device: "this", maximumSizeBytes: 1e6 }))).toEqual(["q4_0"]);
  });

  it("and those that run on a device of the table, as far as profiles and memory tell", async () => {
    const phone: Device = { id: "small-phone", name: "Small phone", kind: "phone", applicationMemoryBytes: { usual: { value: 1.5e6, source: "made up" } } };
    const adapter = withProfile(scriptedAdapter().adapter);
    expect(variantsIn(await open([adapter]).models.find({ device: phone }))).toEqual(["q8_0", "q4_0"]);
    const profile = adapter.profile as NonNullable<typeof adapter.profile>;
    const nowhere = { supported: false as const, reason: "It has no binding there." };
    const notOnPhones: Adapter = { ...adapter, profile: { ...profile, platforms: { ...profile.platforms, "react-native": nowhere } } };
    expect(await open([notOnPhones]).models.find({ device: phone })).toEqual([]);
  });
});

describe("loading a model of several variants", () => {
  it("takes the first in its publisher's order that this device has room for", async () => {
    const roomy = await open([withProfile(scriptedAdapter().adapter)]).pull("tiny");
    expect(roomy.variant.id).toBe("f16");
    const other = await temporaryPlatform();
    try {
      const tight = createTenfold({
        adapters: [withProfile(scriptedAdapter().adapter)],
        catalogs: [catalog.server.origin],
        platform: { ...other, device: deviceWith(1.5e6) },
      });
      expect((await tight.pull("tiny")).variant.id).toBe("q8_0");
    } finally {
      await other.remove();
    }
  });

  it("takes as many threads as were fastest here, of those that are idle", async () => {
    const asked: (number | undefined)[] = [];
    const { adapter } = scriptedAdapter({ contextSize: 10_000, decodeTokensPerSecond: [70, 70, 50] });
    const watched: Adapter = {
      ...withProfile(adapter),
      load(model, context, options) {
        asked.push(options.threads);
        return adapter.load(model, context, options);
      },
    };
    const tenfold = open([watched]);
    await tenfold.pull("tiny", { variant: "q4_0" });
    const device = { ...platform, device: deviceWith(4e9) };
    await benchmark(tenfold, device, { prompts: ["short"], repetitions: 1, loads: 1, threads: [1, 2] });
    await (await tenfold.load("tiny")).dispose();
    expect(asked).toEqual([1, 2, 1]);
    await (await tenfold.load("tiny", { threads: 3 })).dispose();
    expect(asked.at(-1)).toBe(3);
  });
});
