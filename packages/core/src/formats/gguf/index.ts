export type { ByteSource } from "./byte-source.ts";
export { describeGguf } from "./describe.ts";
export type { ArrayOptions, Gguf, GgufTensor } from "./gguf.ts";
export { defaultGgufLimits, type GgufLimits } from "./limits.ts";
export { type ReadGgufOptions, readGguf } from "./reader.ts";
export { type TensorType, tensorTypes } from "./tensor-types.ts";
export { inOrder, validateGguf, validateGgufFiles, validateSplitGguf } from "./validate.ts";
export type { GgufArray, GgufScalar, GgufValue, ValueTypeName } from "./value-types.ts";
