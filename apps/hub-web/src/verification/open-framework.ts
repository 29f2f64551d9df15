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

/**
 * The framework that a format's models are tried with: in a process of its own, without network, without rights, and limited, because nobody has
 * verified the files yet. llama.cpp for GGUF, when it is installed; the hub brings no other.
 */
export async function openFramework(format: string, log: AdapterContext["log"]): Promise<Framework> {
  if (format !== "gguf") return { isAvailable: false, reason: `The hub runs no framework that loads ${format}.` };
  const context: AdapterContext = { platform: { name: "node", os: process.platform, architecture: process.arch }, nativeParts: new Map(), log };
  try {
    const { llamaCpp } = await import("@tenfold/adapter-llamacpp");
    const options = { gpu: false as const };
    const bare = llamaCpp(options);
    const support = await bare.probe(context);
    if (!support.available) return { isAvailable: false, reason: `llama.cpp does not run here: ${support.reason} ${support.remedy}` };
    const module = pathToFileURL(createRequire(import.meta.url).resolve("@tenfold/adapter-llamacpp")).href;
    const adapter = inHost(bare, { module, name: "llamaCpp", arguments: [options], environment: { UV_THREADPOOL_SIZE: "1" }, limits });
    return { isAvailable: true, name: "llama.cpp", version: support.frameworkVersion, adapter, context };
  } catch (error) {
    const why = TenfoldError.is(error) ? `${error.message} ${error.remedy}` : "its package @tenfold/adapter-llamacpp is not installed.";
    return { isAvailable: false, reason: `llama.cpp does not run here: ${why}` };
  }
}
