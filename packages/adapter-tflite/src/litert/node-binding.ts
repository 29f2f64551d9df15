import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import type { Binding, NativeLibrary } from "./binding.ts";
import { accelerators, openLiteRt } from "./open-litert.ts";

/** Of this process: the package loads its WebAssembly once, whoever asks. */
let opening: Promise<NativeLibrary> | undefined;

/** LiteRT in Node: its package expects a browser's worker, which it is shown while it loads. */
export function createNodeBinding(): Binding {
  /** Beside this package, and nothing of it run. */
  async function find(): Promise<{ folder: string; version: string }> {
    const folder = join(dirname(createRequire(import.meta.url).resolve("@litertjs/core")), "..");
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
    return { folder, version };
  }

  async function open(): Promise<NativeLibrary> {
    const { folder, version } = await find();
    const liteRt = await import("@litertjs/core");
    const files = join(folder, "wasm");
    await asWorker(files, () => liteRt.loadLiteRt(`${pathToFileURL(files).href}/`, { threads: false, jspi: false }));
    return openLiteRt(liteRt, version);
  }

  return {
    probe: async () => ({ version: (await find()).version, accelerators }),
    open() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    nextTask: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** Runs work that believes to be in a worker whose scripts lie in a folder, and leaves no trace of that. */
async function asWorker(folder: string, work: () => Promise<unknown>): Promise<void> {
  const shown: Record<string, unknown> = {
    self: globalThis,
    // Without a GPU: Node has none, and some versions of it no navigator either.
    navigator: { gpu: { requestAdapter: async () => null } },
    require: createRequire(import.meta.url),
    __dirname: folder,
    __filename: join(folder, "loader.js"),
    importScripts(url: unknown) {
      const file = String(url).startsWith("file:") ? fileURLToPath(String(url)) : String(url);
      const module = { exports: {} as unknown };
      const source = `(function (module, exports) {${readFileSync(file, "utf8")}\n;globalThis.ModuleFactory = typeof ModuleFactory === "undefined" ? module.exports : ModuleFactory; })`;
      (runInThisContext(source, { filename: file }) as (module: unknown, exports: unknown) => void)(module, module.exports);
    },
  };
  const names = [...Object.keys(shown), "ModuleFactory"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const [name, value] of Object.entries(shown)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    await work();
  } finally {
    for (const [index, name] of names.entries()) {
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}
