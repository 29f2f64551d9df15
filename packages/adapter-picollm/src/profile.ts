import type { FrameworkProfile } from "@tenfold/catalog";

/** picoLLM as data, with no native import: what a hub knows of it without running it. The vendor says nothing of what it keeps in memory. */
export const picoLlmProfile: FrameworkProfile = {
  framework: "picollm",
  name: "picoLLM",
  package: "@tenfold/adapter-picollm",
  licence: "Apache-2.0 for the packages; running them takes an account with Picovoice",
  homepage: "https://picovoice.ai/products/picollm/",
  formats: ["pllm"],
  authentication: { kind: "access-key", name: "AccessKey" },
  platforms: {
    node: {
      supported: true,
      through: "@picovoice/picollm-node",
      // Without a key no test of this repository generates a token.
      proof: "prepared",
      accelerators: ["cpu", "cuda", "metal"],
      requires: "the package @picovoice/picollm-node 2.1.4 beside this one, an AccessKey, and the network while a model is loaded",
    },
    browser: {
      supported: true,
      through: "@picovoice/picollm-web",
      proof: "prepared",
      accelerators: ["cpu"],
      requires: "the package @picovoice/picollm-web 2.1.4 beside this one, an AccessKey, the network, and a page that is cross-origin isolated",
    },
    "react-native": {
      supported: false,
      reason: "There is no package of picoLLM for React Native, and the way to its Swift library is not built yet.",
      remedy: "On iOS use llama.cpp until @tenfold/adapter-apple-native reaches picoLLM's Swift library.",
    },
  },
};
