import type { Adapter, LoadOptions, Warning } from "@tenfold/core";
import type { Binding } from "../binding.ts";
import { createLogitsAdapter } from "../logits-adapter.ts";
import { mlxProfile } from "../profile.ts";
import { mlxLayout } from "./mlx-layout.ts";
import { parseFrameworkOptions } from "./options.ts";

export interface MlxAdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

export function createMlxAdapter(parts: MlxAdapterParts): Adapter {
  return createLogitsAdapter({
    ...parts,
    profile: mlxProfile,
    formatRemedy: "`tenfold convert MODEL.gguf --to safetensors` writes a folder for MLX.",
    parseOptions: parseFrameworkOptions,
    layout: mlxLayout,
    // On the CPU more are hardly faster, and an abort would wait for seconds.
    prefillTokens: { cpu: 32, accelerated: 512 },
    warnings: warningsOf,
  });
}

function warningsOf({ threads, isolation }: LoadOptions): Warning[] {
  const ignored = (setting: string, message: string): Warning => ({ kind: "ignored-setting", setting, message });
  return [
    ...(threads !== undefined && threads > 1 ? [ignored("threads", "MLX computes with one thread on the CPU.")] : []),
    ...(isolation === "none" ? [ignored("isolation", "MLX runs in a process of its own.")] : []),
  ];
}
