import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

/** Weights are copied to the GPU, a shard at a time; the KV cache has the type that the library was compiled for, 16 bits as a rule. */
export const mlcMemory: MemoryProfile = {
  weights: { held: "copied", repacked: [] },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 16 },
  compute: { model: "decoder-graph", batchTokens: { cpu: 512, accelerated: 512 }, fusedAttention: true },
  loadSpike: "largest-weight",
};

/** What libraries must be compiled for: `modelVersion` of the web-llm that package.json names, known without loading it. */
export const mlcLibraryVersion = "v0_2_86";

/** MLC-LLM as data, with no native import: what a hub knows of it without running it. */
export const mlcProfile: FrameworkProfile = {
  framework: "mlc-llm",
  name: "MLC-LLM",
  package: "@tenfold/adapter-mlc",
  licence: "Apache-2.0",
  homepage: "https://github.com/mlc-ai/mlc-llm",
  formats: ["mlc"],
  quantizations: ["q0f16", "q0f32", "q3f16_1", "q4f16_0", "q4f16_1", "q4f32_1"],
  memory: mlcMemory,
  platforms: {
    node: {
      supported: true,
      through: "@mlc-ai/web-llm over the package webgpu (Dawn)",
      proof: "prepared",
      accelerators: ["webgpu"],
      requires:
        "the packages @mlc-ai/web-llm 0.2.86 and webgpu 0.6 beside this one, a GPU with a driver for Vulkan, Metal or Direct3D 12, and a library compiled for v0_2_86",
    },
    browser: {
      supported: true,
      through: "@mlc-ai/web-llm",
      proof: "prepared",
      accelerators: ["webgpu"],
      requires: "the package @mlc-ai/web-llm 0.2.86 beside this one, WebGPU, and a library compiled for v0_2_86",
    },
    "react-native": {
      supported: true,
      through: "@react-native-ai/mlc, with libraries that are linked into the application",
      proof: "prepared",
      accelerators: ["metal"],
      requires: "the package @react-native-ai/mlc 0.12 beside this one, and an application that was built with the model's library",
    },
  },
};
