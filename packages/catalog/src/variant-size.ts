import type { Variant } from "./model.ts";

/** Bytes of all files of a variant; undefined while the size of one is not known. */
export function variantSizeBytes({ artifacts }: Pick<Variant, "artifacts">): number | undefined {
  let sum = 0;
  for (const { sizeBytes } of artifacts) {
    if (sizeBytes === undefined) return undefined;
    sum += sizeBytes.value;
  }
  return sum;
}
