import type { MemoryProfile } from "@tenfold/catalog";
import { encodeModelHeader, type ModelHeader, publishedModels } from "@tenfold/tooling/gguf-header";
import { describe, expect, it, test } from "vitest";
import { readGguf } from "../formats/gguf/reader.ts";
import { estimateMemory } from "./estimate-memory.ts";
import { readGgufShape } from "./gguf-shape.ts";
import type { MemoryTermName } from "./memory-estimate.ts";
import type { ModelShape } from "./model-shape.ts";

/** Like llama.cpp's, without what only its own kernels do. */
const profile: MemoryProfile = {
  weights: { held: "mapped" },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 256, windows: { gemma3: 6 } },
  compute: { model: "decoder-graph", batchTokens: { cpu: 128, accelerated: 512 }, fusedAttention: true },
  loadSpike: "none",
};

async function shapeOf(header: ModelHeader): Promise<ModelShape> {
  const { head, sizeBytes } = encodeModelHeader(header);
  return readGgufShape(await readGguf({ sizeBytes, read: async ({ start, end }) => head.subarray(start, end) }));
}
/** Headers with whole vocabularies take a while to write. */
const shapes = new Map<string, Promise<ModelShape>>();
function published(name: keyof typeof publishedModels, change: Partial<ModelHeader> = {}): Promise<ModelShape> {
  const key = `${name} ${JSON.stringify(change)}`;
  const shape = shapes.get(key) ?? shapeOf({ ...publishedModels[name], weights: "F16", ...change });
  shapes.set(key, shape);
  return shape;
}

function bytesOf(estimate: ReturnType<typeof estimateMemory>, name: MemoryTermName): number {
  return estimate.terms.find((term) => term.name === name)?.bytes ?? 0;
}

describe("the weights of a published model", () => {
  /** Parameters as each model's card or the index of its safetensors states them; in F16 each takes two bytes, in norms four. */
  it.each([
    ["llama-3.2-1b", 1_235_814_400, 33 * 2048],
    ["llama-3.2-3b", 3_212_749_824, 57 * 3072],
    ["qwen3-0.6b", 596_049_920, 57 * 1024 + 28 * 2 * 128],
    ["qwen3-4b", 4_022_468_096, 73 * 2560 + 36 * 2 * 128],
    ["gemma-3-1b", 999_885_952, 105 * 1152 + 26 * 2 * 256],
    ["phi-3-mini-4k", 3_821_079_552, 65 * 3072],
    ["mistral-7b-v0.3", 7_248_023_552, 65 * 4096],
  ] as const)("%s: two bytes for each parameter, four for each of a norm", async (name, parameters, ofNorms) => {
    const estimate = estimateMemory(await published(name), profile, { contextSize: 256 });
    expect(bytesOf(estimate, "weights")).toBe(2 * parameters + 2 * ofNorms);
  });
});

describe("keys and values", () => {
  /** Layers × positions × 2 (keys and values) × KV heads × head length × 2 bytes. */
  it.each([
    ["llama-3.2-1b", 16 * 4096 * 2 * 8 * 64 * 2],
    ["llama-3.2-3b", 28 * 4096 * 2 * 8 * 128 * 2],
    ["qwen3-0.6b", 28 * 4096 * 2 * 8 * 128 * 2],
    ["qwen3-4b", 36 * 4096 * 2 * 8 * 128 * 2],
    ["phi-3-mini-4k", 32 * 4096 * 2 * 32 * 96 * 2],
    ["mistral-7b-v0.3", 32 * 4096 * 2 * 8 * 128 * 2],
    // Every sixth layer sees everything; the others the window, one batch and one more position, in steps of 256.
    ["gemma-3-1b", (4 * 4096 + 22 * 768) * 2 * 1 * 256 * 2],
    ["gemma-3-4b", (5 * 4096 + 29 * 1280) * 2 * 4 * 256 * 2],
  ] as const)("%s with a context of 4,096", async (name, bytes) => {
    expect(bytesOf(estimateMemory(await published(name), profile, { contextSize: 4096 }), "kv-cache")).toBe(bytes);
  });

  it("a context shorter than the window has no smaller cache than it needs", async () => {
    const estimate = estimateMemory(await published("gemma-3-1b"), profile, { contextSize: 300 });
    expect(bytesOf(estimate, "kv-cache")).toBe(26 * 512 * 2 * 256 * 2);
  });

  it("a framework that does not know the windows keeps everything", async () => {
    const { windows: _, ...kvCache } = profile.kvCache;
    const estimate = estimateMemory(await published("gemma-3-1b"), { ...profile, kvCache }, { contextSize: 4096 });
    expect(bytesOf(estimate, "kv-cache")).toBe(26 * 4096 * 2 * 256 * 2);
  });

  it("in other types, for several answers at once", async () => {
    const shape = await published("llama-3.2-1b");
    const estimate = estimateMemory(shape, profile, { contextSize: 1000, parallel: 3, keyType: "Q8_0", valueType: "Q4_0" });
    // 1,000 positions become 1,024. Q8_0 takes 34 bytes for 32 elements, Q4_0 18.
    expect(bytesOf(estimate, "kv-cache")).toBe(3 * 16 * 1024 * ((512 / 32) * 34 + (512 / 32) * 18));
  });

  it("with a number of heads for each layer, and none in layers without attention", async () => {
    const header = { ...publishedModels["llama-3.2-1b"], layers: 3, kvHeads: [8, 0, 2], weights: "F16" as const };
    const estimate = estimateMemory(await shapeOf(header), profile, { contextSize: 256 });
    expect(bytesOf(estimate, "kv-cache")).toBe((8 + 2) * 256 * 2 * 64 * 2);
  });

  it("a recurrent model has a state instead, which does not grow with the context", async () => {
    const shape = await published("mamba-130m");
    const [short, long] = [256, 65_536].map((contextSize) => estimateMemory(shape, profile, { contextSize }));
    expect(short?.terms.map(({ name }) => name)).toEqual(["weights", "recurrent-state", "compute"]);
    // (convolution of 4 − 1) × 1,536 and 16 × 1,536 elements of F32 in 24 layers.
    expect(short && bytesOf(short, "recurrent-state")).toBe(24 * (3 * 1536 + 16 * 1536) * 4);
    expect(long && bytesOf(long, "recurrent-state")).toBe(24 * (3 * 1536 + 16 * 1536) * 4);
  });
});

describe("weights in memory", () => {
  const repacking: MemoryProfile = {
    ...profile,
    weights: { held: "mapped", repacked: [{ types: ["Q4_0"], rowsMultiple: 8, features: ["avx2"] }] },
    loadSpike: "largest-weight",
  };
  const layerElements = 2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192;
  const q4 = (elements: number) => (elements / 32) * 18;

  it("what is repacked lies there twice when the file is mapped, and once when it is copied", async () => {
    const shape = await published("llama-3.2-1b", { weights: "Q4_0", embeddingWeights: "F16" });
    const mapped = estimateMemory(shape, repacking, { contextSize: 256, features: ["avx2"] });
    const copied = estimateMemory(shape, repacking, { contextSize: 256, features: ["avx2"], mapped: false });
    // The mapping ends with the last weight that is read from it: here the last layer's matrices lie behind it.
    expect(bytesOf(mapped, "weights")).toBe(shape.weightsBytes + 15 * q4(layerElements));
    expect(bytesOf(copied, "weights")).toBe(shape.weightsBytes);
    expect(bytesOf(copied, "load-spike")).toBe(q4(2048 * 8192));
    expect(bytesOf(mapped, "load-spike")).toBe(0);
  });

  it("an embedding that is also the output is repacked as the output, and kept as the embedding", async () => {
    const shape = await published("llama-3.2-1b", { weights: "Q4_0" });
    const copied = estimateMemory(shape, repacking, { contextSize: 256, features: ["avx2"], mapped: false });
    expect(bytesOf(copied, "weights")).toBe(shape.weightsBytes + q4(128_256 * 2048));
  });

  it("nothing is repacked for a processor without the instructions, or for a GPU", async () => {
    const shape = await published("llama-3.2-1b", { weights: "Q4_0" });
    for (const options of [{ features: ["neon"] }, { features: ["avx2"], accelerator: "metal" as const }]) {
      expect(bytesOf(estimateMemory(shape, repacking, { contextSize: 256, ...options }), "weights")).toBe(shape.weightsBytes);
    }
    expect(bytesOf(estimateMemory(shape, repacking, { contextSize: 256 }), "weights")).toBeGreaterThan(shape.weightsBytes);
  });

  it("the peak counts a second copy while loading, when it is more than caches and buffers later", async () => {
    const shape = await published("qwen3-0.6b");
    const estimate = estimateMemory(shape, { ...profile, loadSpike: "weights" }, { contextSize: 256 });
    expect(estimate.peakBytes).toBe(2 * shape.weightsBytes);
    expect(estimate.steadyBytes).toBe(estimate.terms.filter(({ name }) => name !== "load-spike").reduce((sum, { bytes }) => sum + bytes, 0));
    const long = estimateMemory(shape, { ...profile, loadSpike: "weights" }, { contextSize: 32_768 });
    expect(long.peakBytes).toBe(long.steadyBytes);
  });
});

test("the buffer grows with the batch, and without fused attention with the context", async () => {
  const shape = await published("llama-3.2-1b");
  const compute = (options: object) => bytesOf(estimateMemory(shape, profile, { contextSize: 4096, ...options }), "compute");
  expect(compute({ batchTokens: 512 })).toBeGreaterThan(3.5 * compute({ batchTokens: 128 }));
  expect(compute({ accelerator: "metal" })).toBe(compute({ batchTokens: 512 }));
  expect(compute({ contextSize: 16_384 })).toBe(compute({}));
  expect(compute({ contextSize: 16_384, fusedAttention: false })).toBeGreaterThan(3 * compute({ contextSize: 4096, fusedAttention: false }));
  // More tokens than all caches hold are never computed at once.
  expect(compute({ contextSize: 256, batchTokens: 512 })).toBe(compute({ contextSize: 256, batchTokens: 256 }));
});

test("a framework that keeps a fixed number of results is told by that number", async () => {
  const activations: MemoryProfile = {
    ...profile,
    compute: { model: "activations", batchTokens: { cpu: 32, accelerated: 32 }, widths: 10, logits: "last", constantBytes: 1000 },
  };
  const estimate = estimateMemory(await published("llama-3.2-1b"), activations, { contextSize: 256 });
  expect(bytesOf(estimate, "compute")).toBe((10 * 2048 * 32 + 128_256) * 4 + 1000);
});

test("each term says how it came about", async () => {
  const { terms } = estimateMemory(await published("gemma-3-1b"), profile, { contextSize: 4096 });
  expect(terms.find(({ name }) => name === "kv-cache")?.how).toBe(
    "22 layers × 768 positions × 1 heads × (256 F16 + 256 F16), 4 layers × 4,096 positions × 1 heads × (256 F16 + 256 F16)",
  );
  for (const { how } of terms) expect(how.length).toBeGreaterThan(10);
});

test.each([
  { contextSize: 0 },
  { contextSize: 1.5 },
  { contextSize: 256, parallel: -1 },
  { contextSize: 256, batchTokens: Number.NaN },
  { contextSize: 256, keyType: "Q9" },
])("refuses %j", async (options) => {
  const shape = await published("qwen3-0.6b");
  expect(() => estimateMemory(shape, profile, options)).toThrow(expect.objectContaining({ code: "invalid-input" }));
});
