import type { AdapterContext, GenerateEvent, InstalledModel, LoadedModel } from "@tenfold/core";
import { inHost } from "../src/node/in-host.ts";
import type { HostLimits } from "../src/node.ts";
import { hostAdapter } from "./host-adapter.mjs";

export const adapterModule = new URL("./host-adapter.mjs", import.meta.url).href;
export const noFiles = { id: "scripted", variant: { id: "f32", format: "gguf" }, metadata: { format: "gguf" }, files: [] } as unknown as InstalledModel;

/** The scripted adapter with a process for each model. */
export function hosted(settings: object = {}, limits?: HostLimits) {
  return inHost(hostAdapter(settings), { module: adapterModule, name: "hostAdapter", arguments: [settings], limits });
}

export function hostContext(log: (message: string) => void = () => {}): AdapterContext {
  return {
    platform: { name: "node", os: process.platform, architecture: process.arch },
    nativeParts: new Map(),
    log: (_level, message) => log(message),
  };
}

export async function ask(model: LoadedModel, prompt: string): Promise<string> {
  const events: GenerateEvent[] = [];
  for await (const event of model.generate({ prompt })) events.push(event);
  return events
    .map((event) => (event.type === "text" ? event.text : ""))
    .join(" ")
    .trim();
}
