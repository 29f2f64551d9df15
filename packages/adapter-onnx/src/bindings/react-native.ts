import type { Accelerator } from "@tenfold/catalog";
import type { Binding } from "../binding.ts";
import { loadThroughJavaScript, type OnnxRuntime } from "./javascript.ts";

/** What is used of onnxruntime-react-native: the interface that all of ONNX Runtime's packages share, and what the build was made with. */
export type ReactNativeRuntime = OnnxRuntime & { listSupportedBackends(): readonly { name: string }[] };

const accelerators: readonly (readonly [name: string, accelerator: Accelerator])[] = [
  ["coreml", "core-ml"],
  ["xnnpack", "xnnpack"],
];

/** ONNX Runtime through onnxruntime-react-native, which installs itself into the JavaScript engine when it is imported, on first use. */
export function createReactNativeBinding(importRuntime: () => Promise<ReactNativeRuntime> = () => import("onnxruntime-react-native")): Binding {
  return {
    async open() {
      const runtime = await importRuntime();
      const offered = new Set(runtime.listSupportedBackends().map(({ name }) => name));
      return {
        version: (runtime.env.versions as Readonly<Record<string, string | undefined>>)["react-native"] ?? runtime.env.versions.common,
        notes: [`onnxruntime-react-native, with ${[...offered].join(", ")}`],
        // Core ML takes few decoders whole, and XNNPACK has no operators for quantized ones: only who asks gets them.
        accelerators: ["cpu", ...accelerators.filter(([name]) => offered.has(name)).map(([, accelerator]) => accelerator)],
        load: (options) =>
          loadThroughJavaScript(runtime, options, (settings) => {
            const { graph } = options;
            // Weights beside the graph are found from its path.
            const path = graph.location?.();
            return path === undefined
              ? graph.read().then((bytes) => runtime.InferenceSession.create(bytes, settings))
              : runtime.InferenceSession.create(path, settings);
          }),
      };
    },
  };
}
