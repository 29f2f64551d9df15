import type { ModelMetadata } from "../../contract/installed-model.ts";
import { dominantType } from "../named-tensor.ts";
import type { TfliteModel } from "./tflite.ts";

const shownSignatures = 16;

/** What models say of themselves that lie in one file: parameters, quantization, entry points. */
export function describeTflite(models: readonly TfliteModel[]): Omit<ModelMetadata, "format"> {
  // Whole numbers of 32 bits and more are shapes and indices.
  const weights = models.flatMap((model) => model.weights).filter(({ type }) => !/^[IU](?:32|64)$|^BOOL$/.test(type));
  const type = dominantType(weights);
  const bits = /^[IU](2|4|8)$/.exec(type ?? "")?.[1];
  const signatures = models.flatMap((model) => model.signatures);
  const names = [...new Set(signatures.map(({ name }) => name))].slice(0, shownSignatures);
  return {
    ...(type ? { quantization: bits ? `${bits}-bit` : type } : {}),
    ...(weights.length > 0 ? { parameterCount: weights.reduce((sum, { elements }) => sum + elements, 0) } : {}),
    details: {
      ...(names.length > 0 ? { signatures: names.join(", ") } : {}),
      keyValueCache: signatures.some(({ inputs }) => inputs.some(({ name }) => /kv_cache|past_key/.test(name))),
    },
  };
}
