import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";

/** Whether a model of a format can be tried here. */
export type Framework =
  | { readonly isAvailable: true; readonly name: string; readonly version: string; readonly adapter: Adapter; readonly context: AdapterContext }
  | { readonly isAvailable: false; readonly reason: string };

const GiB = 1024 ** 3;
/** Memory of its own, beside the weights, which are mapped; and no file worth the name may be written. */
const limits = { memoryBytes: 4 * GiB, cpuSeconds: 900, fileBytes: 1024 ** 2, unprivileged: true } as const;

/** A framework whose package may be absent: it is a large one, and not every hub has models for it. */
interface Candidate {
  readonly name: string;
  readonly formats: readonly string[];
  /** The adapter's package, and what it is called there. */
  readonly module: string;
  readonly factory: string;
  readonly options: object;
  readonly environment?: Readonly<Record<string, string>>;
  open(): Promise<Adapter>;
}

const candidates: readonly Candidate[] = [
  {
    name: "llama.cpp",
    formats: ["gguf"],
    module: "@tenfold/adapter-llamacpp",
    factory: "llamaCpp",
    options: { gpu: false },
    environment: { UV_THREADPOOL_SIZE: "1" },
    open: async () => (await import("@tenfold/adapter-llamacpp")).llamaCpp({ gpu: false }),
  },
  {
    name: "ONNX Runtime",
    formats: ["onnx", "ort"],
    module: "@tenfold/adapter-onnx",
    factory: "onnx",
    // A process that does nothing else may as well wait for it; the other way needs koffi.
    options: { through: "javascript" },
    open: async () => (await import("@tenfold/adapter-onnx")).onnx({ through: "javascript" }),
  },
];

/**
 * The framework that a format's models are tried with: in a process of its own, without network, without rights, and limited, because nobody has
 * verified the files yet. llama.cpp for GGUF and ONNX Runtime for ONNX, where they are installed; the hub brings no other.
 */
export async function openFramework(format: string, log: AdapterContext["log"]): Promise<Framework> {
  const candidate = candidates.find(({ formats }) => formats.includes(format));
  if (candidate === undefined)
    return { isAvailable: false, reason: `The hub runs no framework that loads ${format}; its files were checked as far as the format says.` };
  const { name, module, factory, options, environment = {}, open } = candidate;
  const context: AdapterContext = { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log };
  try {
    const bare = await open();
    const support = await bare.probe(context);
    if (!support.available) return { isAvailable: false, reason: `${name} does not run here: ${support.reason} ${support.remedy}` };
    const address = pathToFileURL(createRequire(import.meta.url).resolve(module)).href;
    const adapter = inHost(bare, { module: address, name: factory, arguments: [options], environment, limits });
    return { isAvailable: true, name, version: support.frameworkVersion, adapter, context };
  } catch (error) {
    const why = TenfoldError.is(error) ? `${error.message} ${error.remedy}` : `its package ${module} is not installed.`;
    return { isAvailable: false, reason: `${name} does not run here: ${why}` };
  }
}
