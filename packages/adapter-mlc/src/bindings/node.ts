import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Binding } from "../binding.ts";
import { findGpu, type Gpu } from "../web/gpu.ts";
import { loadEngine } from "../web/load-engine.ts";
import { readAddress } from "../web/read-address.ts";
import { versionOf, type WebLlm } from "../web/web-llm.ts";

/** Dawn belongs to the process, whoever made the adapter. */
let opened: Promise<Dawn> | undefined;

interface Dawn {
  gpu: Gpu;
  /** WebGPU's constants and classes. */
  globals: object;
}

/** web-llm over Dawn, which the package webgpu brings; either is loaded on first use. */
export function createNodeBinding(): Binding {
  return {
    async open() {
      opened ??= openDawn();
      const dawn = await opened.catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      const none = {
        reason: "WebGPU finds no GPU in this machine.",
        remedy: "Install a driver for Vulkan (apt-get install -y libvulkan1 mesa-vulkan-drivers), or use a machine with a GPU; docs/mlc.md says more.",
      };
      const { note, features } = await findGpu(dawn.gpu, none, none);
      const webLlm = (await import("@mlc-ai/web-llm")) as unknown as WebLlm;
      return {
        version: versionOf(webLlm),
        libraryVersion: webLlm.modelVersion,
        notes: ["@mlc-ai/web-llm over webgpu (Dawn)", note],
        accelerators: ["webgpu"],
        features,
        async load(options) {
          showGpu(dawn);
          const restore = looksLikePage();
          try {
            return await loadEngine(webLlm, options);
          } finally {
            restore();
          }
        },
      };
    },
    readLibrary: async (from, signal) => (/^https?:/i.test(from) ? readAddress(from, signal) : readFile(from, signal ? { signal } : {})),
  };
}

async function openDawn(): Promise<Dawn> {
  const { create, globals } = await import("webgpu");
  return { gpu: create([]) as unknown as Gpu, globals };
}

/** Puts the GPU and its constants where browsers have them: web-llm looks nowhere else. Only a process with a model in it is changed. */
function showGpu({ gpu, globals }: Dawn): void {
  for (const [name, value] of Object.entries(globals)) define(globalThis, name, value);
  define(globalThis, "navigator", {});
  define(navigator, "gpu", gpu);
}

let loading = 0;
let restorePage = () => {};

/** What web-llm reads of its surroundings while it loads, and does to them. Returns what puts everything back. */
function looksLikePage(): () => void {
  loading += 1;
  if (loading === 1) {
    const before = new Set(process.listeners("uncaughtException"));
    const made = [
      // All addresses of the model are whole; it asks where it is all the same.
      define(globalThis, "location", { origin: "https://tenfold.invalid", href: import.meta.url }),
      // Two of the programs that were bundled into it were written for CommonJS.
      define(globalThis, "__dirname", ""),
      define(globalThis, "createRequire", createRequire),
    ];
    restorePage = () => {
      for (const undo of made) undo();
      for (const listener of process.listeners("uncaughtException")) if (!before.has(listener)) process.removeListener("uncaughtException", listener);
    };
  }
  return () => {
    loading -= 1;
    if (loading === 0) restorePage();
  };
}

function define(target: object, name: string, value: unknown): () => void {
  if (name in target) return () => {};
  Object.defineProperty(target, name, { configurable: true, writable: true, value });
  return () => void Reflect.deleteProperty(target, name);
}
