import type { ModelMetadata } from "../../contract/installed-model.ts";
import { dominantType } from "../named-tensor.ts";
import type { OnnxModel } from "./onnx.ts";

/** What a graph says of itself. */
export function describeOnnx(model: OnnxModel): Omit<ModelMetadata, "format"> {
  const { name, packed } = quantizationOf(model);
  const opset = model.opsets.get("");
  const caches = model.inputs.filter((input) => input.name.startsWith("past")).length;
  return {
    // What is packed has fewer elements than parameters.
    ...(packed ? {} : { parameterCount: model.initializers.reduce((sum, tensor) => sum + tensor.elements, 0) }),
    ...(name ? { quantization: name } : {}),
    details: {
      ...(opset === undefined ? {} : { opset }),
      keyValueCache: caches > 0,
      // Such attention may write into the very cache it reads; only where all of it is such may they be one.
      ...(caches > 0 && model.operators.get("com.microsoft:GroupQueryAttention") === caches / 2 ? { groupQueryAttention: true } : {}),
    },
  };
}

/** Guessed from what unpacks the weights, else the type that most bytes are in. */
function quantizationOf({ packedBits, operators, initializers }: OnnxModel): { name?: string; packed: boolean } {
  const bits = [...packedBits].sort((a, b) => a - b)[0];
  if (bits !== undefined) return { name: `${bits}-bit`, packed: true };
  const largest = dominantType(initializers);
  const dequantizes = [...operators.keys()].some((operator) => /DequantizeLinear|MatMulInteger|QLinear/.test(operator));
  if (dequantizes && largest && /^[IU](?:4|8)$/.test(largest)) return { name: `${largest.slice(1)}-bit`, packed: false };
  return { ...(largest ? { name: largest } : {}), packed: false };
}
