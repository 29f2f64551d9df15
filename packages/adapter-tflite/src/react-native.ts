import type { Adapter } from "@tenfold/core";
import type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";
import { createLiteRtAdapter } from "./litert/adapter.ts";
import { createReactNativeBinding } from "./litert/react-native-binding.ts";
import { createReactNativeAdapter } from "./litert-lm/react-native-adapter.ts";

export type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";

/** LiteRT for .tflite models through react-native-fast-tflite, which is imported by the first `probe` or `load`. */
export function liteRt(_options: LiteRtOptions = {}): Adapter {
  return createLiteRtAdapter({ binding: createReactNativeBinding(), now: () => performance.now(), random: Math.random });
}

/** LiteRT-LM for .litertlm models through react-native-litert-lm, which is imported by the first `probe` or `load`. */
export function liteRtLm(_options: LiteRtLmOptions = {}): Adapter {
  return createReactNativeAdapter({ importLibrary: () => import("react-native-litert-lm"), now: () => performance.now() });
}
