import { appleHostPart, mlxPart } from "@tenfold/adapter-apple-native/parts";
import { executorchPart } from "@tenfold/adapter-executorch/parts";
import { liteRtLmPart } from "@tenfold/adapter-tflite/parts";
import type { NativePartRecipe } from "@tenfold/core/native-parts";

/** What `tenfold frameworks add` can bring. */
export const nativeParts: readonly NativePartRecipe[] = [liteRtLmPart, executorchPart, mlxPart, appleHostPart];
