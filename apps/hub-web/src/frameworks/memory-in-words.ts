import type { FrameworkProfile } from "@tenfold/catalog";

/** What a framework keeps in memory, as sentences; what nobody knows is said to be unknown. */
export function memoryInWords({ name, memory }: FrameworkProfile): readonly string[] {
  if (!memory) return [`What ${name} keeps in memory is not known: the hub cannot say beforehand whether a model fits.`];
  const { weights, kvCache, compute, loadSpike } = memory;
  const types = kvCache.keyType === kvCache.valueType ? kvCache.keyType : `${kvCache.keyType} for keys and ${kvCache.valueType} for values`;
  return [
    weights.held === "mapped"
      ? "Weights are pages of the file: the system can drop them, and reads them again when they are wanted."
      : "Weights are copied into memory.",
    ...(weights.repacked?.length ? ["On some processors it keeps weights a second time, in an order that its kernels want."] : []),
    `The cache of a conversation holds ${types}${kvCache.positionsMultiple > 1 ? `, and grows by ${kvCache.positionsMultiple} tokens` : ""}.`,
    `A prompt is computed ${compute.batchTokens.cpu === compute.batchTokens.accelerated ? compute.batchTokens.cpu : `${compute.batchTokens.cpu} (on a GPU ${compute.batchTokens.accelerated})`} tokens at a time.`,
    {
      none: "Loading takes no more than the loaded model.",
      "largest-weight": "Loading takes room for the largest weight a second time, for a moment.",
      weights: "Loading takes all weights twice, for a moment.",
    }[loadSpike],
  ];
}
