import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { OnnxOptions } from "./factory-options.ts";
import { onnxProfile } from "./profile.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/** ONNX Runtime where there is no binding for it: says so, and why. */
export function onnx(_options: OnnxOptions = {}): Adapter {
  return createUnavailableAdapter(onnxProfile);
}
