import type { FrameworkProfile, MemoryProfile } from "@tenfold/catalog";

const packageName = "@tenfold/adapter-apple-native";
const notInBrowsers = {
  supported: false,
  reason: "It is a part of Apple's systems, which pages cannot reach.",
  remedy: "Choose a GGUF or ONNX variant of the model.",
} as const;
const expoModule = "this package's Expo module, TenfoldApple: a development build, not Expo Go";

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
  package: packageName,
  licence: "MIT",
  homepage: "https://github.com/ml-explore/mlx",
  formats: ["safetensors", "npz"],
  quantizations: ["F32", "F16", "BF16", "8-bit", "6-bit", "5-bit", "4-bit", "3-bit", "2-bit"],
  memory: mlxMemory,
  platforms: {
    node: {
      supported: true,
      through: "a host in Python over mlx and mlx-lm, on the CPU on Linux; prepared on macOS: a host in Swift over mlx-swift-lm",
      proof: "tested",
      // Of these only "cpu" runs in the project's own tests.
      accelerators: ["metal", "cpu"],
      requires: "Python 3.11 or newer; `tenfold frameworks add mlx` brings mlx 0.32 and mlx-lm 0.32",
    },
    browser: {
      supported: false,
      reason: "Pages cannot reach it: MLX computes on Apple silicon and on Linux.",
      remedy: "Choose a GGUF or ONNX variant of the model.",
    },
    "react-native": {
      supported: true,
      through: "an Expo module over mlx-swift-lm",
      proof: "prepared",
      accelerators: ["metal"],
      requires: `iOS 17 on a device with Apple silicon, not the simulator; ${expoModule}`,
    },
  },
};

/** The file's pages are mapped; what Core ML lays out for the GPU or the Neural Engine is a second copy while it does so. A cache is 16-bit floats. */
export const coreMlMemory: MemoryProfile = {
  weights: { held: "mapped", repacked: [] },
  kvCache: { keyType: "F16", valueType: "F16", positionsMultiple: 1 },
  compute: { model: "activations", batchTokens: { cpu: 32, accelerated: 128 }, widths: 24, logits: "last" },
  loadSpike: "weights",
};

/** Core ML as data. */
export const coreMlProfile: FrameworkProfile = {
  framework: "core-ml",
  name: "Core ML",
  package: packageName,
  licence: "Apple SDK licence",
  homepage: "https://developer.apple.com/documentation/coreml",
  formats: ["mlpackage", "mlmodelc", "mlmodel"],
  quantizations: ["F32", "F16", "8-bit", "6-bit", "4-bit", "3-bit", "2-bit", "1-bit"],
  memory: coreMlMemory,
  platforms: {
    node: {
      supported: true,
      through: "a host in Swift over Core ML, on macOS",
      proof: "prepared",
      accelerators: ["core-ml", "neural-engine", "metal", "cpu"],
      requires: "macOS 14, for models that keep their cache as a state macOS 15; the host `tenfold-apple-host`",
    },
    browser: notInBrowsers,
    "react-native": {
      supported: true,
      through: "an Expo module over Core ML",
      proof: "prepared",
      accelerators: ["core-ml", "neural-engine", "metal", "cpu"],
      requires: `iOS 17, for models that keep their cache as a state iOS 18; ${expoModule}`,
    },
  },
};

/** Swift Transformers as data: models in Core ML, decoded by Hugging Face's Swift library. */
export const swiftTransformersProfile: FrameworkProfile = {
  framework: "swift-transformers",
  name: "Swift Transformers",
  package: packageName,
  licence: "Apache-2.0",
  homepage: "https://github.com/huggingface/swift-transformers",
  formats: ["mlpackage", "mlmodelc"],
  quantizations: ["F32", "F16", "8-bit", "6-bit", "4-bit"],
  memory: coreMlMemory,
  platforms: {
    node: {
      supported: true,
      through: "a host in Swift over swift-transformers, on macOS",
      proof: "prepared",
      accelerators: ["core-ml", "neural-engine", "metal", "cpu"],
      requires: "macOS 15; the host `tenfold-apple-host`",
    },
    browser: notInBrowsers,
    "react-native": {
      supported: true,
      through: "an Expo module over swift-transformers",
      proof: "prepared",
      accelerators: ["core-ml", "neural-engine", "metal", "cpu"],
      requires: `iOS 18; ${expoModule}`,
    },
  },
};

/** Apple Foundation Models as data: the model of the system. Its weights are the system's, so nothing says what it takes. */
export const foundationModelsProfile: FrameworkProfile = {
  framework: "apple-foundation-models",
  name: "Apple Foundation Models",
  package: packageName,
  licence: "Apple SDK licence",
  homepage: "https://developer.apple.com/documentation/foundationmodels",
  formats: ["system"],
  platforms: {
    node: {
      supported: true,
      through: "a host in Swift over FoundationModels, on macOS",
      proof: "prepared",
      accelerators: ["neural-engine"],
      requires: "macOS 26 on Apple silicon, with Apple Intelligence switched on; the host `tenfold-apple-host`",
    },
    browser: {
      supported: false,
      reason: "It is the model of Apple's systems, which pages cannot reach.",
      remedy: "Choose a GGUF or ONNX variant of another model.",
    },
    "react-native": {
      supported: true,
      through: "an Expo module over FoundationModels",
      proof: "prepared",
      accelerators: ["neural-engine"],
      requires: `iOS 26 on a device with Apple Intelligence, switched on; ${expoModule}`,
    },
  },
};
