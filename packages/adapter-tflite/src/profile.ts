import type { FrameworkProfile } from "@tenfold/catalog";

const common = { package: "@tenfold/adapter-tflite", licence: "Apache-2.0", quantizations: ["F32", "F16", "8-bit", "4-bit", "2-bit"] };

/** LiteRT-LM as data, with no native import: what a hub knows of it without running it. */
export const liteRtLmProfile: FrameworkProfile = {
  ...common,
  framework: "litert-lm",
  name: "LiteRT-LM",
  homepage: "https://github.com/google-ai-edge/LiteRT-LM",
  formats: ["litertlm", "task"],
  platforms: {
    node: {
      supported: true,
      through: "its C library, called through koffi",
      proof: "tested",
      accelerators: ["cpu"],
      requires: "`tenfold frameworks add litert-lm`, and the package koffi 3.3 or newer beside this one",
    },
    browser: {
      supported: false,
      reason: "Its preview for browsers takes one model family, on WebGPU only.",
      remedy: "Use the model as .tflite, GGUF or ONNX there.",
    },
    "react-native": {
      supported: true,
      through: "react-native-litert-lm, on the processor",
      proof: "prepared",
      accelerators: ["cpu"],
      requires: "the package react-native-litert-lm 0.7 or newer in the application",
    },
  },
};

/** LiteRT as data. */
export const liteRtProfile: FrameworkProfile = {
  ...common,
  framework: "litert",
  name: "LiteRT (TensorFlow Lite)",
  homepage: "https://github.com/google-ai-edge/LiteRT",
  formats: ["tflite"],
  platforms: {
    node: {
      supported: true,
      through: "@litertjs/core: WebAssembly with one thread",
      proof: "tested",
      accelerators: ["wasm"],
      requires: "the package @litertjs/core 2.5 or newer, beside this one",
    },
    browser: {
      supported: true,
      through: "@litertjs/core: WebAssembly with one thread",
      proof: "tested",
      accelerators: ["wasm"],
      requires: "the package @litertjs/core 2.5 or newer, beside this one, and its files served",
    },
    "react-native": {
      supported: true,
      through: "react-native-fast-tflite, on the processor: models with one signature",
      proof: "prepared",
      accelerators: ["cpu"],
      requires: "the package react-native-fast-tflite 3 or newer in the application",
    },
  },
};
