import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createReactNativeBinding } from "./bindings/react-native.ts";
import type { OnnxOptions } from "./factory-options.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/** Nobody tells how many cores a phone has: two of them are fast as a rule, and one is left to the application. */
const usableCores = 3;

/** ONNX Runtime for ONNX and ORT models, through onnxruntime-react-native, which is imported by the first `probe` or `load`. */
export function onnx(_options: OnnxOptions = {}): Adapter {
  return createAdapter({
    binding: createReactNativeBinding(),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores, busy: 0 }),
  });
}
