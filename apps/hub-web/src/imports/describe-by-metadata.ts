import type { Manifest, Variant } from "@tenfold/catalog";
import type { ModelMetadata } from "@tenfold/core";

/** Adds to a manifest what its files say of themselves. What the upstream states already stands, but for the length of the context and the quantization, which files know best. */
export function describeByMetadata(manifest: Manifest, found: ReadonlyMap<string, ModelMetadata>): Manifest {
  const [metadata] = manifest.variants.flatMap(({ id }) => found.get(id) ?? []);
  if (metadata === undefined) return manifest;
  const { architecture, parameterCount, contextLength, vocabularySize, chatTemplate, format } = metadata;
  const isEmbedded = ["gguf", "litertlm", "task"].includes(format);
  return {
    ...manifest,
    ...(manifest.architecture === undefined && architecture !== undefined && { architecture }),
    ...(manifest.parameterCount === undefined && parameterCount !== undefined && parameterCount > 0 && { parameterCount }),
    ...(contextLength !== undefined && contextLength > 0 && { contextLength }),
    ...(manifest.tokenizer === undefined &&
      isEmbedded && { tokenizer: { kind: "embedded" as const, ...(vocabularySize !== undefined && { vocabularySize }) } }),
    ...(manifest.chatTemplate === undefined && isEmbedded && chatTemplate !== undefined && { chatTemplate: { kind: "embedded" as const } }),
    capabilities:
      chatTemplate !== undefined && manifest.capabilities.includes("completion") && !manifest.capabilities.includes("chat")
        ? [...manifest.capabilities, "chat"]
        : manifest.capabilities,
    variants: manifest.variants.map((variant) => withQuantization(variant, found.get(variant.id))),
  };
}

function withQuantization(variant: Variant, metadata: ModelMetadata | undefined): Variant {
  return metadata?.quantization === undefined || variant.quantization !== undefined
    ? variant
    : { ...variant, quantization: metadata.quantization.slice(0, 64) };
}
