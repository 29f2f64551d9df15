import type { ModelConfig } from "./config.ts";

/** What is known of a tensor wherever it lies. */
export interface NamedTensor {
  name: string;
  /** As the format calls it: "Q4_K", "F16", "I8". */
  type: string;
  /** Length of each dimension, in the order of the format. */
  shape: readonly number[];
  elements: number;
  sizeBytes: number;
}

/** The type that most bytes are in. */
export function dominantType(tensors: readonly NamedTensor[]): string | undefined {
  const bytes = new Map<string, number>();
  for (const { type, sizeBytes } of tensors) bytes.set(type, (bytes.get(type) ?? 0) + sizeBytes);
  return [...bytes].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** MLX packs several weights into each U32, beside which lie the scales and biases of their groups. */
export function countParameters(tensors: readonly NamedTensor[], quantization: ModelConfig["quantization"]): number {
  const names = new Set(tensors.map((tensor) => tensor.name));
  let sum = 0;
  for (const { name, type, elements } of tensors) {
    const layer = name.slice(0, name.lastIndexOf("."));
    const packed = quantization && names.has(`${layer}.scales`);
    if (packed && (name.endsWith(".scales") || name.endsWith(".biases"))) continue;
    const bits = quantization?.layers.get(layer) ?? quantization?.bits ?? 32;
    sum += packed && type === "U32" ? Math.floor((elements * 32) / bits) : elements;
  }
  return sum;
}
