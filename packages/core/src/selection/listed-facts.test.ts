import { type Device, type Manifest, manifestSchema, parse, type Variant } from "@tenfold/catalog";
import { findDevice } from "@tenfold/catalog/devices";
import { encodeModelHeader, publishedModels } from "@tenfold/tooling/gguf-header";
import { describe, expect, it } from "vitest";
import { profileOf } from "../../test/profile-of.ts";
import { readGguf } from "../formats/gguf/reader.ts";
import { estimateMemory } from "../memory/estimate-memory.ts";
import { listedWeights } from "../memory/estimate-variant.ts";
import { readGgufShape } from "../memory/gguf-shape.ts";
import { compatibilityOf } from "./compatibility-of.ts";
import { listedFacts, rankListed, selectionDeviceOf } from "./listed-facts.ts";

const memory = {
  weights: { held: "mapped" as const },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 256 },
  compute: { model: "decoder-graph" as const, batchTokens: { cpu: 128, accelerated: 512 }, fusedAttention: true },
  loadSpike: "none" as const,
};
const profile = profileOf("one", { memory, speed: { decodeBandwidthShare: 0.5, prefillPerDecode: 3, source: "made up for a test" } });

const dimensions = {
  layerCount: 16,
  embeddingLength: 2048,
  headCount: 32,
  kvHeadCount: 8,
  headLength: 64,
  feedForwardLength: 8192,
  vocabularySize: 128_256,
  tied: true,
  source: "config.json",
};

function model(change: Partial<Manifest> = {}, variants: Partial<Variant>[] = [{}]): Manifest {
  return parse(
    manifestSchema,
    {
      ...{
        schemaVersion: 1,
        id: "llama-3.2-1b",
        name: "Llama",
        publisher: "Meta",
        description: "",
        licence: { id: "llama3.2", gated: false },
        capabilities: ["chat"],
      },
      ...{ architecture: "llama", parameterCount: 1_235_814_400, contextLength: 131_072, dimensions },
      ...change,
      variants: variants.map((variant, index) => ({
        id: `v${index}`,
        format: "gguf",
        quantization: "Q8_0",
        artifacts: [{ path: "a.gguf", role: "weights", sources: [] }],
        ...variant,
      })),
    },
    "model",
  );
}
const first = ({ variants }: Manifest): Variant => variants[0] as Variant;
const device = (id: string): Device => findDevice(id) as Device;

describe("weights that nobody has weighed", () => {
  /** Sizes that publishers state: what is reckoned from parameters and quantization must come close to them. */
  it.each([
    ["SmolLM2 1.7B Q8_0", 1_711_376_384, "Q8_0", 1_820_414_944],
    ["Llama 3.2 1B Q8_0", 1_235_814_400, "Q8_0", 1_321_079_200],
    ["Llama 3.2 3B Q6_K", 3_212_749_824, "Q6_K", 2_643_853_856],
    ["Qwen2.5 3B Q5_K_M", 3_085_938_688, "Q5_K_M", 2_438_740_384],
    ["Phi-3.5 mini Q4_K_M", 3_821_079_552, "Q4_K_M", 2_393_232_608],
    ["Gemma 3 1B 4-bit", 999_885_952, "4-bit", 584_417_280],
    ["Qwen2.5 1.5B 8-bit", 1_543_714_304, "8-bit", 1_597_931_520],
  ])("come within 12 % of %s", (_name, parameterCount, quantization, sizeBytes) => {
    const { bytes = 0, isReckoned } = listedWeights({ parameterCount }, { ...first(model()), quantization }) ?? {};
    expect(Math.abs(bytes / sizeBytes - 1)).toBeLessThan(0.12);
    expect(isReckoned).toBe(true);
  });

  it("give way to what the files say, and stay unknown for a quantization that says nothing", () => {
    const [evidence, path] = [{ kind: "claimed", by: "somebody" } as const, "a.gguf"];
    const known = { ...first(model()), artifacts: [{ path, role: "weights" as const, sources: [], sizeBytes: { value: 7, evidence } }] };
    expect(listedWeights({ parameterCount: 1e9 }, known)).toMatchObject({ bytes: 7, isReckoned: false });
    expect(listedWeights({ parameterCount: 1e9 }, { ...first(model()), quantization: "spun" })).toBeUndefined();
    expect(listedWeights({}, first(model()))).toBeUndefined();
  });
});

it("reckons cache and buffers from a list as from the header of the file itself", async () => {
  const { head, sizeBytes } = encodeModelHeader({ ...publishedModels["llama-3.2-1b"], weights: "F16" });
  const shape = await readGgufShape(await readGguf({ sizeBytes, read: async ({ start, end }) => head.subarray(start, end) }));
  const fromHeader = estimateMemory(shape, memory, { contextSize: 8192 });
  const fromList = listedFacts(model({}, [{ quantization: "F16" }]), first(model({}, [{ quantization: "F16" }])), profile, { contextSize: 8192 }).estimate;
  const bytes = (estimate: typeof fromList, name: string) => estimate?.terms.find((term) => term.name === name)?.bytes;
  expect(bytes(fromList, "kv-cache")).toBe(bytes(fromHeader, "kv-cache"));
  expect(bytes(fromList, "compute")).toBe(bytes(fromHeader, "compute"));
  expect(Math.abs((fromList?.peakBytes ?? 0) / fromHeader.peakBytes - 1)).toBeLessThan(0.02);
});

describe("a variant under a framework on a device", () => {
  const cell = (manifest: Manifest, id: string, contextSize = 4096) =>
    compatibilityOf(listedFacts(manifest, first(manifest), profile, { contextSize }), selectionDeviceOf(device(id)), { contextSize });

  it("runs where it fits, with a speed where the memory's is known, and says each in words", () => {
    const found = cell(model(), "iphone-15-pro");
    expect(found).toMatchObject({ verdict: "runs", budgetBytes: 3e9, performance: { basis: "predicted" } });
    expect(found.reasons.join(" ")).toMatch(/It takes 1\.\d+ GB, and 3\.00 GB may be taken .* tokens a second, predicted: 51\.2 GB\/s/);
    expect(cell(model(), "iphone-17-pro").performance).toBeUndefined();
  });

  it("no longer fits with a longer context, and is refused beyond what it was trained for", () => {
    expect(cell(model(), "iphone-15-pro", 65_536).verdict).toBe("does-not-fit");
    const short = cell(model({ contextLength: 2048 }), "iphone-15-pro", 4096);
    expect(short).toMatchObject({ verdict: "unsupported", reasons: ["It was trained for 2048 tokens, and 4096 are wanted."] });
  });

  it("is unknown where the memory is, or the cache", () => {
    expect(cell(model(), "mac-m2").verdict).toBe("unknown");
    const { dimensions: _without, ...rest } = model();
    expect(cell(rest as Manifest, "iphone-15-pro")).toMatchObject({
      verdict: "unknown",
      reasons: [expect.stringContaining("layers and heads"), expect.anything(), expect.anything(), expect.anything(), expect.anything()],
    });
  });

  it("is refused by the system it is made for", () => {
    const made = (target: Variant["target"]) => cell(model({}, [{ target }]), "iphone-xs");
    expect(made({ os: "ios", minimumOsVersion: "26" }).reasons[0]).toBe("It is made for iOS 26 or newer; iOS 18 is the last that this device runs.");
    expect(made({ os: "macos" }).reasons[0]).toBe("It is made for macOS; this device has iOS.");
    expect(made({ os: "ios", minimumOsVersion: "18.4" }).verdict).not.toBe("unsupported");
    expect(cell(model({}, [{ target: { os: "ios" } }]), "ipad-pro-11-inch-m4").verdict).not.toBe("unsupported");
    expect(cell(model({}, [{ target: { os: "ios" } }]), "computer-16gb").verdict).toBe("unsupported");
  });
});

it("ranks what is listed for a device of a table as the hub does, with the entitlement or without", () => {
  const models = [
    model({}, [
      { id: "q8", quantization: "Q8_0" },
      { id: "f16", quantization: "F16" },
      { id: "other", format: "mlc" },
    ]),
  ];
  const order = (options: object) => rankListed(models, [profile], device("iphone-15-pro"), options).choices.map(({ variant }) => variant.id);
  expect(order({})).toEqual(["q8", "f16"]);
  expect(order({ preference: "memory" })[0]).toBe("q8");
  expect(order({ contextSize: 60_000 })).toEqual([]);
  expect(order({ contextSize: 60_000, increasedMemory: true })).toContain("q8");
});
