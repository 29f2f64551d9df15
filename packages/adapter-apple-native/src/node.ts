import type { Adapter } from "@tenfold/core";
import { createAppleHostBinding } from "./bindings/apple-host.ts";
import { firstOf } from "./bindings/first-of.ts";
import { createCoreMlAdapter } from "./core-ml/core-ml-adapter.ts";
import type { CoreMlOptions, FoundationModelsOptions, MlxOptions, SwiftTransformersOptions } from "./factory-options.ts";
import { createFoundationModelsAdapter } from "./foundation-models/foundation-models-adapter.ts";
import { createPythonBinding } from "./mlx/bindings/python.ts";
import { createMlxAdapter } from "./mlx/mlx-adapter.ts";
import { coreMlProfile, foundationModelsProfile, mlxProfile, swiftTransformersProfile } from "./profile.ts";
import { createSwiftTransformersAdapter } from "./swift-transformers/swift-transformers-adapter.ts";

export type * from "./exported-types.ts";
export { foundationModelsManifest } from "./foundation-models/foundation-models-manifest.ts";

const now = () => performance.now();
const random = Math.random;

/** Core ML on macOS, each model in a process of its own. Nothing is started before the first `probe` or `load`. */
export function coreMl({ hostPath }: CoreMlOptions = {}): Adapter {
  return createCoreMlAdapter({ binding: createAppleHostBinding(coreMlProfile, hostPath), now, random });
}

/**
 * MLX for models in safetensors and npz, each in a process of its own: a host in Swift where there is one, else in Python. Nothing is started
 * before the first `probe` or `load`.
 */
export function mlx(options: MlxOptions = {}): Adapter {
  const python = createPythonBinding(options);
  // Who names a Python wants that one.
  const binding = options.python === undefined ? firstOf([createAppleHostBinding(mlxProfile, options.hostPath), python]) : python;
  return createMlxAdapter({ binding, now, random });
}

/** Swift Transformers on macOS, for models in Core ML, each in a process of its own. Nothing is started before the first `probe` or `load`. */
export function swiftTransformers({ hostPath }: SwiftTransformersOptions = {}): Adapter {
  return createSwiftTransformersAdapter({ binding: createAppleHostBinding(swiftTransformersProfile, hostPath), now, random });
}

/** The model of macOS itself, behind a process of its own. Nothing is started before the first `probe` or `load`. */
export function foundationModels({ hostPath }: FoundationModelsOptions = {}): Adapter {
  return createFoundationModelsAdapter({ binding: createAppleHostBinding(foundationModelsProfile, hostPath), now });
}
