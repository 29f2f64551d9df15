import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { MlcOptions } from "./factory-options.ts";

export type { MlcOptions } from "./factory-options.ts";
export type { MlcFrameworkOptions } from "./options.ts";

/** MLC-LLM for folders that it compiled, on the GPU through web-llm, each model in a process of its own. Nothing native is loaded before the first `probe` or `load`. */
export function mlc({ hostEntry, environment }: MlcOptions = {}): Adapter {
  const adapter = createAdapter({ binding: createNodeBinding(), now: () => performance.now(), random: Math.random });
  return inHost(adapter, { module: import.meta.url, name: "mlc", arguments: [], entry: hostEntry, ...(environment ? { environment } : {}) });
}
