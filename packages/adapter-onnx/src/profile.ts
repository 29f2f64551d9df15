import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

/** Weights are read into memory; the KV cache has the type that the graph gives it, here taken as 32-bit floats. */
export const onnxMemory: MemoryProfile = {
  weights: { held: "copied", repacked: [] },
  kvCache: { keyType: "F32", valueType: "F32", positionsMultiple: 1 },
  compute: { model: "decoder-graph", batchTokens: { cpu: 128, accelerated: 128 }, fusedAttention: true },
  loadSpike: "weights",
};

/** ONNX Runtime as data, with no native import: what a hub knows of it without running it. */
export const onnxProfile: FrameworkProfile = {
  framework: "onnx-runtime",
  name: "ONNX Runtime",
  package: "@tenfold/adapter-onnx",
  licence: "MIT",
  homepage: "https://github.com/microsoft/onnxruntime",
  formats: ["onnx", "ort"],
  quantizations: ["F32", "F16", "8-bit", "4-bit", "2-bit"],
  memory: onnxMemory,
  platforms: {
    node: {
      supported: true,
      through: "onnxruntime-node, its library called by the C API through koffi where that is installed",
      proof: "tested",
      accelerators: ["cpu"],
      requires: "the package onnxruntime-node 1.30 or newer, beside this one, and koffi 3.3 for speed",
    },
    browser: {
      supported: true,
      through: "onnxruntime-web: WebAssembly, with threads in pages that are cross-origin isolated, and WebGPU",
      proof: "tested",
      accelerators: ["webgpu", "cpu"],
      requires: "the package onnxruntime-web 1.30 or newer, beside this one",
    },
    "react-native": {
      supported: true,
      through: "onnxruntime-react-native",
      proof: "prepared",
      accelerators: ["cpu", "core-ml", "xnnpack"],
      requires: "the package onnxruntime-react-native 1.24 or newer, beside this one",
    },
  },
};
