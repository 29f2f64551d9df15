/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { Binding } from "../binding.ts";
import { findGpu, type Gpu } from "../web/gpu.ts";
import { loadEngine } from "../web/load-engine.ts";
import { readAddress } from "../web/read-address.ts";
import { versionOf, type WebLlm } from "../web/web-llm.ts";

/** web-llm in a page or worker, imported on first use. */
export function createBrowserBinding(): Binding {
  return {
    async open() {
      if (typeof document === "undefined" && !("WorkerGlobalScope" in globalThis)) {
        throw new TenfoldError("framework-unavailable", "web-llm runs in pages and workers of a browser.", {
          framework: "mlc-llm",
          remedy: "Import @tenfold/adapter-mlc with the condition `node` or `react-native`.",
        });
      }
      const { note, features } = await findGpu(
        (navigator as { gpu?: Gpu }).gpu,
        { reason: "This browser has no WebGPU, or the page did not come by HTTPS.", remedy: "Use a browser with WebGPU, and serve the page by HTTPS." },
        { reason: "The browser has no GPU to give to WebGPU.", remedy: "Switch on hardware acceleration in the browser, or use a machine with a GPU." },
      );
      const webLlm = (await import("@mlc-ai/web-llm")) as unknown as WebLlm;
      return {
        version: versionOf(webLlm),
        libraryVersion: webLlm.modelVersion,
        notes: ["@mlc-ai/web-llm", note],
        accelerators: ["webgpu"],
        features,
        load: (options) => loadEngine(webLlm, options),
      };
    },
    readLibrary: (from, signal) => readAddress(new URL(from, location.href).href, signal),
  };
}
