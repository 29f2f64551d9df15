import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

/** Weights become arrays of the process; the KV cache has their type, here taken as 16-bit floats, and grows by 256 positions. */
export const mlxMemory: MemoryProfile = {
  weights: { held: "copied", repacked: [] },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 256 },
  compute: { model: "activations", batchTokens: { cpu: 32, accelerated: 512 }, widths: 16, logits: "last" },
  loadSpike: "largest-weight",
};

/** MLX as data, with no native import: what a hub knows of it without running it. */
export const mlxProfile: FrameworkProfile = {
  framework: "mlx",
  name: "MLX",
  package: "@tenfold/adapter-apple-native",
  licence: "MIT",
  homepage: "https://github.com/ml-explore/mlx",
  formats: ["safetensors", "npz"],
  quantizations: ["F32", "F16", "BF16", "8-bit", "6-bit", "5-bit", "4-bit", "3-bit", "2-bit"],
  memory: mlxMemory,
  platforms: {
    node: {
      supported: true,
      through: "a host in Python over mlx and mlx-lm: on the CPU on Linux, prepared for Metal on macOS",
      proof: "tested",
      // Of these only "cpu" runs in the project's own tests.
      accelerators: ["metal", "cpu"],
      requires: "Python 3.11 or newer; `tenfold frameworks add mlx` brings mlx 0.32 and mlx-lm 0.32",
    },
    browser: {
      supported: false,
      reason: "MLX computes on Apple silicon and on Linux, not in browsers.",
      remedy: "Choose a GGUF or ONNX variant of the model.",
    },
    "react-native": {
      supported: false,
      reason: "There is no Swift module for MLX in this version.",
      remedy: "Choose a GGUF variant of the model, for llama.cpp.",
    },
  },
};
