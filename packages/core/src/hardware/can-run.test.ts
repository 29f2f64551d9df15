import type { FrameworkProfile, PlatformSupport } from "@tenfold/catalog";
import { findDevice } from "@tenfold/catalog/devices";
import { describe, expect, it, test } from "vitest";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { Hardware } from "../platform/hardware.ts";
import { type CanRunRequest, canRun } from "./can-run.ts";
import { hardwareOfDevice } from "./hardware-of-device.ts";
import { memoryBudget } from "./memory-budget.ts";

const supported: PlatformSupport = { supported: true, through: "a test", proof: "tested", accelerators: ["cpu"] };
const profile: FrameworkProfile = {
  framework: "example",
  name: "Example",
  package: "example",
  licence: "MIT",
  homepage: "https://example.org",
  formats: ["gguf"],
  architectures: ["llama"],
  quantizations: ["Q4_0"],
  platforms: { node: supported, browser: { supported: false, reason: "There is no build for browsers." }, "react-native": supported },
};
const hardware: Hardware = { processor: { logicalCores: 4, features: [] }, memory: { totalBytes: 8e9 }, graphics: [] };
const estimateOf = (bytes: number): MemoryEstimate => ({ terms: [{ name: "weights", bytes, how: "made up" }], steadyBytes: bytes, peakBytes: bytes });
const request: CanRunRequest = { model: { format: "gguf", architecture: "llama", quantization: "Q4_0" }, profile, platform: "node", hardware };

describe("a model that a framework cannot take", () => {
  it.each<[Partial<CanRunRequest>, RegExp]>([
    [{ model: { format: "onnx" } }, /takes gguf, not onnx/],
    [{ model: { format: "gguf", architecture: "mamba" } }, /architecture mamba/],
    [{ model: { format: "gguf", quantization: "Q2_K" } }, /quantization Q2_K/],
    [{ platform: "browser" }, /no build for browsers/],
    [{ support: { available: false, reason: "The library is not installed.", remedy: "Install it." } }, /not installed/],
  ])("is unsupported, with the reason (%j)", (change, reason) => {
    expect(canRun({ ...request, estimate: estimateOf(1e9), ...change })).toEqual({ verdict: "unsupported", reasons: [expect.stringMatching(reason)] });
  });

  it("runs after all where its adapter says so", () => {
    const support = { available: true, frameworkVersion: "1", accelerators: ["cpu"] } as const;
    expect(canRun({ ...request, platform: "browser", support, estimate: estimateOf(1e9) }).verdict).toBe("runs");
  });
});

describe("the memory", () => {
  it.each([
    [1e9, "runs"],
    [2.69e9, "runs"],
    [2.71e9, "tight"],
    [3e9, "tight"],
    [3.01e9, "does-not-fit"],
  ])("%d bytes of 3 GB that are free: %s", (bytes, verdict) => {
    const answer = canRun({ ...request, state: { availableMemoryBytes: 3e9 }, estimate: estimateOf(bytes) });
    expect(answer).toMatchObject({
      verdict,
      neededBytes: bytes,
      budgetBytes: 3e9,
      reasons: [expect.stringContaining("3.00 GB may be taken (what is free now)")],
    });
  });

  it("is unknown without an estimate, without a budget, or with a term missing; not so what does not fit even without it", () => {
    expect(canRun(request).verdict).toBe("unknown");
    expect(canRun({ ...request, hardware: { ...hardware, memory: {} }, estimate: estimateOf(1e9) }).verdict).toBe("unknown");
    const partial = (bytes: number) => ({ ...estimateOf(bytes), unknown: [{ name: "kv-cache" as const, why: "no layers are given" }] });
    expect(canRun({ ...request, estimate: partial(1e9) })).toMatchObject({
      verdict: "unknown",
      reasons: [expect.stringContaining("no layers are given"), expect.any(String)],
    });
    expect(canRun({ ...request, estimate: partial(9e9) }).verdict).toBe("does-not-fit");
  });

  it("is the least of what the user, the system and the moment allow", () => {
    const limited: Hardware = { ...hardware, memory: { totalBytes: 8e9, limitBytes: 4e9 } };
    expect(memoryBudget(limited)?.bytes).toBe(4e9);
    expect(memoryBudget(limited, { availableMemoryBytes: 3e9 })?.bytes).toBe(3e9);
    expect(memoryBudget(limited, { availableMemoryBytes: 3e9 }, 2e9)).toEqual({ bytes: 2e9, how: "the limit that was set" });
    expect(memoryBudget({ ...hardware, memory: {} })).toBeUndefined();
  });

  it.each([
    [1e9, 0],
    [2e9, 0.8e9],
    [8e9, 4.8e9],
  ])("of a device with %d bytes, of which nothing more is known, is planned as %d", (totalBytes, bytes) => {
    expect(memoryBudget({ ...hardware, memory: { totalBytes } })?.bytes).toBeCloseTo(bytes, -3);
  });
});

test("an iPhone that is not here: what its table allows, without and with the entitlement", () => {
  const device = findDevice("iPhone16,1");
  if (!device) throw new Error("The table has no iPhone 15 Pro.");
  const verdict = (increasedMemory: boolean) =>
    canRun({ ...request, platform: "react-native", hardware: hardwareOfDevice(device, { increasedMemory }), estimate: estimateOf(4e9) }).verdict;
  expect(hardwareOfDevice(device)).toMatchObject({
    identifier: "iPhone16,1",
    chip: "A17 Pro",
    portable: true,
    processor: { performanceCores: 2, efficiencyCores: 4 },
  });
  expect([verdict(false), verdict(true)]).toEqual(["does-not-fit", "runs"]);
});
