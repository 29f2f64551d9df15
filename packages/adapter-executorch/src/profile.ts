import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

/** Delegates pack weights for themselves and let go of the file; the cache has the context that the program was exported with. */
export const executorchMemory: MemoryProfile = {
  weights: { held: "copied", repacked: [] },
  kvCache: { keyType: "F32", valueType: "F32", positionsMultiple: 1 },
  compute: { model: "decoder-graph", batchTokens: { cpu: 128, accelerated: 128 }, fusedAttention: false },
  loadSpike: "weights",
};

/** ExecuTorch as data, with no native import: what a hub knows of it without running it. */
export const executorchProfile: FrameworkProfile = {
  framework: "executorch",
  name: "ExecuTorch",
  package: "@tenfold/adapter-executorch",
  licence: "BSD-3-Clause",
  homepage: "https://github.com/pytorch/executorch",
  formats: ["pte"],
  quantizations: ["F32", "F16", "8-bit", "4-bit"],
  memory: executorchMemory,
  platforms: {
    node: {
      supported: true,
      through: "a host in C++ over ExecuTorch's own libraries, without Python",
      proof: "tested",
      accelerators: ["xnnpack", "cpu"],
      requires: "`tenfold frameworks add executorch` on Linux, which compiles the host with g++ or clang",
    },
    browser: {
      supported: false,
      reason: "Nobody publishes ExecuTorch for browsers.",
      remedy: "Choose a variant in ONNX or GGUF, which run in browsers.",
    },
    "react-native": {
      supported: true,
      through: "react-native-executorch",
      proof: "prepared",
      accelerators: ["xnnpack", "core-ml", "metal", "cpu"],
      requires: "the package react-native-executorch 0.10 or newer, beside this one, built with the delegates that models need",
    },
  },
};
