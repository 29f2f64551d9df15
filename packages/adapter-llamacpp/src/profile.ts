import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

/** Measured against llama.cpp's own accounting (docs/memory.md), but the rules for Arm, which are those of ggml-cpu/repack.cpp. */
export const llamaCppMemory: MemoryProfile = {
  weights: {
    held: "mapped",
    repacked: [
      // Before all others: 32-bit sums of each block of 32 go with Q8_0 (ggml-cpu/amx).
      { types: ["Q8_0"], rowsMultiple: 32, features: ["amx-int8", "avx512-vnni"], sizeFactor: 38 / 34, rare: true },
      { types: ["F16", "Q4_0", "Q4_1", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS"], rowsMultiple: 32, features: ["amx-int8", "avx512-vnni"], rare: true },
      { types: ["Q4_0", "Q4_K", "IQ4_NL", "MXFP4"], rowsMultiple: 8, features: ["avx2"] },
      { types: ["Q2_K"], rowsMultiple: 8, features: ["avx512"] },
      { types: ["Q4_K", "Q5_K", "Q6_K"], rowsMultiple: 8, features: ["neon", "dotprod"] },
      { types: ["Q4_0", "Q8_0", "IQ4_NL", "MXFP4"], rowsMultiple: 4, features: ["neon", "dotprod"] },
    ],
  },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 256, windows: { gemma2: 2, gemma3: 6, gemma3n: 5, cohere2: 4, "gpt-oss": 2 } },
  compute: { model: "decoder-graph", batchTokens: { cpu: 128, accelerated: 512 }, fusedAttention: true },
  loadSpike: "largest-weight",
};

/** llama.cpp as data, with no native import: what a hub knows of it without running it. */
export const llamaCppProfile: FrameworkProfile = {
  framework: "llama.cpp",
  name: "llama.cpp",
  package: "@tenfold/adapter-llamacpp",
  licence: "MIT",
  homepage: "https://github.com/ggml-org/llama.cpp",
  formats: ["gguf"],
  quantizations: [
    ...["F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_K_M", "Q4_K_S", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS"],
    ...["Q3_K_L", "Q3_K_M", "Q3_K_S", "IQ3_M", "IQ3_S", "IQ3_XS", "IQ3_XXS", "Q2_K", "Q2_K_S", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S"],
    ...["TQ1_0", "TQ2_0", "MXFP4_MOE"],
  ],
  memory: llamaCppMemory,
  // Rough: the machine was never idle while it was measured.
  speed: {
    decodeBandwidthShare: 0.5,
    tokenOverheadMs: 0.6,
    prefillPerDecode: 3,
    source:
      "SmolLM2 135M Q4_1 and a model of the size of Qwen3 0.6B Q8_0, one thread of a busy AMD EPYC: 0.31 and 0.60 of the bandwidth, 2.3 and 3.2; tenfold-tiny, whose weights are read in 0.1 ms, took 0.7 to 0.9 ms for a token",
  },
  platforms: {
    node: {
      supported: true,
      through: "node-llama-cpp",
      proof: "tested",
      // Of these only "cpu" runs in the project's own tests.
      accelerators: ["cpu", "metal", "cuda", "vulkan"],
      requires: "the package node-llama-cpp 3.22 or newer, beside this one",
    },
    browser: {
      supported: true,
      through: "@wllama/wllama",
      proof: "tested",
      accelerators: ["cpu"],
      requires: "the package @wllama/wllama 2.4 beside this one; threads need a page that is cross-origin isolated",
    },
    "react-native": {
      supported: true,
      through: "llama.rn",
      // Its calls are checked against the package; no test here runs them on a device.
      proof: "prepared",
      accelerators: ["cpu", "metal"],
      requires: "the package llama.rn 0.12.9 or newer, beside this one",
    },
  },
};
