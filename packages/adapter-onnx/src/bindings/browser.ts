/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, LogLevel } from "@tenfold/core";
import type { Binding, NativeLoadOptions, NativeSession } from "../binding.ts";
import { nextTask } from "../web/next-task.ts";
import { buildFor, type OnnxWeb, openOnnxWeb } from "../web/open-onnx-web.ts";
import { requireInputs } from "../web/require-inputs.ts";
import { findWebgpu } from "../web/webgpu.ts";
import { loadThroughJavaScript } from "./javascript.ts";

/** ONNX Runtime compiled to WebAssembly, imported on first use. @param folder where its files are, if not where the bundler put them. */
export function createBrowserBinding(folder: string | undefined): Binding {
  return {
    async open(log) {
      if (typeof document === "undefined" && !("WorkerGlobalScope" in globalThis)) {
        throw new TenfoldError("framework-unavailable", "onnxruntime-web runs in pages and workers of a browser.", {
          framework: "onnx-runtime",
          remedy: "Import @tenfold/adapter-onnx with the condition `node` or `react-native`.",
        });
      }
      const webgpu = await findWebgpu();
      const { runtime } = await openOnnxWeb(buildFor("cpu"), folder);
      const how = globalThis.crossOriginIsolated ? "with threads" : "with one thread: the page is not cross-origin isolated (COOP and COEP)";
      return {
        version: runtime.env.versions.web ?? runtime.env.versions.common,
        notes: [`onnxruntime-web, ${how}`, webgpu.note],
        // A GPU that is computed in software is slower than the CPU: only who asks gets it.
        accelerators: webgpu.present ? (webgpu.software ? ["cpu", "webgpu"] : ["webgpu", "cpu"]) : ["cpu"],
        load: async (options) => load(await openOnnxWeb(buildFor(options.accelerator), folder), options, log),
      };
    },
  };
}

async function load({ runtime, useThreads }: OnnxWeb, options: NativeLoadOptions, log: (level: LogLevel, message: string) => void): Promise<NativeSession> {
  const { graph, weights, accelerator } = options;
  const threads = useThreads(globalThis.crossOriginIsolated ? options.threads : 1);
  if (threads !== options.threads) log("warning", `ONNX Runtime computes with ${threads} in place of ${options.threads} threads in this page.`);
  const externalData = await Promise.all(weights.map(async (file) => ({ path: pathBeside(graph, file), data: await dataOf(file) })));
  const open: Parameters<typeof loadThroughJavaScript>[2] = async (settings) => {
    const bytes = await graph.read();
    // With it a prompt costs one row of logits, and half of the time.
    if (graph.path.endsWith(".onnx")) requireInputs(bytes, ["num_logits_to_keep", "logits_to_keep"]);
    return runtime.InferenceSession.create(bytes, {
      ...settings,
      ...(externalData.length > 0 ? { externalData } : {}),
      // What comes out of a pass stays there for the next; the logits are fetched.
      ...(accelerator === "webgpu" ? { preferredOutputLocation: "gpu-buffer" } : {}),
    });
  };
  return loadThroughJavaScript(runtime, options, open, nextTask);
}

/** The build "jspi" reads a Blob piece by piece; others read it whole, and drop it once the weights are in WebAssembly. */
async function dataOf(file: InstalledFile): Promise<Blob | Uint8Array> {
  return file.blob ? file.blob() : file.read();
}

/** As the graph names it: relative to its own folder. */
function pathBeside(graph: InstalledFile, { path }: InstalledFile): string {
  const folder = graph.path.slice(0, graph.path.lastIndexOf("/") + 1);
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}
