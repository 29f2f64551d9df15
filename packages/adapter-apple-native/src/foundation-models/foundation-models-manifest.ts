import type { Manifest } from "@tenfold/catalog";

/** The system's model as a catalog lists one: `tenfold.models.register(foundationModelsManifest)`, then `tenfold.load(foundationModelsManifest.id)`. */
export const foundationModelsManifest: Manifest = {
  schemaVersion: 1,
  id: "apple-foundation-model",
  name: "Apple Foundation Model",
  publisher: "Apple",
  description: "The language model that Apple's systems bring, on devices with Apple Intelligence. Nothing is downloaded by Tenfold.",
  homepage: "https://developer.apple.com/documentation/foundationmodels",
  licence: { id: "apple-sdk", name: "Apple SDK licence, and Apple's acceptable use requirements for Foundation Models", gated: false },
  contextLength: 4096,
  capabilities: ["chat", "tools", "json"],
  tokenizer: { kind: "system" },
  chatTemplate: { kind: "framework" },
  variants: [{ id: "system", format: "system", frameworks: ["apple-foundation-models"], artifacts: [] }],
};
