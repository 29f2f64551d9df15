import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Accelerator } from "@tenfold/catalog";
import type { Binding, NativeLibrary, NativeLoadOptions } from "../binding.ts";
import type { OnnxOptions } from "../factory-options.ts";
import { openCApi } from "./c-api.ts";
import { loadThroughJavaScript } from "./javascript.ts";
import { loadThroughCApi, type NativeRuntime, startRuntime } from "./native.ts";
import { nativeAccelerators } from "./native-accelerators.ts";

const require = createRequire(import.meta.url);

const stackBytes = 8 * 1024 * 1024;

/** The library belongs to the process, whoever made the adapter. */
let runtime: Promise<NativeRuntime> | undefined;

/** ONNX Runtime through onnxruntime-node's library, or its JavaScript interface; either is loaded on first use. */
export function createNodeBinding(through: NonNullable<OnnxOptions["through"]>): Binding {
  return {
    async open() {
      if (through === "javascript") return openJavaScript("as it was asked for");
      try {
        return await openNative();
      } catch (error) {
        if (through === "native") throw error;
        return openJavaScript(`for its C API cannot be called: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
      }
    },
  };
}

async function openNative(): Promise<NativeLibrary> {
  runtime ??= startNative();
  const started = await runtime.catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  return {
    version: started.api.version,
    notes: ["onnxruntime-node's library, called by its C API through koffi"],
    accelerators: nativeAccelerators(started.api),
    load: (options) => loadThroughCApi(started, pathOf(options), options),
  };
}

/** Loads the library, which `runtime` keeps. */
export async function startNative(): Promise<NativeRuntime> {
  const { default: koffi } = await import("koffi");
  // Rewriting a large graph recurses deeper than koffi's own 128 KiB for calls off the event loop.
  try {
    koffi.config({ sync_stack_size: stackBytes, async_stack_size: stackBytes });
  } catch {
    // Somebody in this process uses koffi already, which settles it.
  }
  const folder = join(dirname(require.resolve("onnxruntime-node/package.json")), "bin", "napi-v6", process.platform, process.arch);
  const name = { win32: "onnxruntime.dll", darwin: "libonnxruntime.1.dylib" }[process.platform as string] ?? "libonnxruntime.so.1";
  return startRuntime(openCApi(koffi, join(folder, name)));
}

/** Execution providers that onnxruntime-node lists. */
const accelerators: Readonly<Record<string, Accelerator>> = { coreml: "core-ml", cuda: "cuda", dml: "directml", webgpu: "webgpu" };

async function openJavaScript(why: string): Promise<NativeLibrary> {
  const ort = await import("onnxruntime-node");
  const offered = new Set(ort.listSupportedBackends().map(({ name }) => accelerators[name]));
  const others = [...offered].filter((one) => one !== undefined);
  return {
    version: ort.env.versions.node ?? ort.env.versions.common,
    notes: [`onnxruntime-node's JavaScript interface, ${why}`],
    accelerators: ["cpu", ...others],
    load: (options) => loadThroughJavaScript(ort, options, (settings) => ort.InferenceSession.create(pathOf(options), settings)),
  };
}

const pathOf = ({ graph }: NativeLoadOptions) => graph.location?.() ?? graph.path;
