import type { MemoryProfile } from "@tenfold/catalog";
import type { LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import { estimateMemory } from "../memory/estimate-memory.ts";
import { weightsAlone } from "../memory/estimate-variant.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import { readModelShape } from "../memory/read-model-shape.ts";
import type { Hardware } from "../platform/hardware.ts";
import { contextSizeOf } from "../selection/listed-facts.ts";

/** What loading an installed model will take, from its own headers and what the framework's profile says of its use of memory. */
export async function estimateInstalled(
  installed: InstalledModel,
  profile: MemoryProfile,
  options: Pick<LoadOptions, "contextSize" | "parallel" | "batchSize" | "accelerator" | "signal">,
  hardware: Hardware | undefined,
): Promise<MemoryEstimate> {
  const { contextSize, parallel, batchSize, accelerator, signal } = options;
  const shape = await readModelShape(installed.metadata, installed.files, signal);
  return estimateMemory(shape, profile, {
    contextSize: contextSizeOf(installed.metadata, contextSize),
    ...(parallel === undefined ? {} : { parallel }),
    ...(batchSize === undefined ? {} : { batchTokens: batchSize }),
    ...(accelerator === undefined || accelerator === "auto" ? {} : { accelerator }),
    ...(hardware ? { features: hardware.processor.features } : {}),
  });
}

/** Where nothing better is known: the files are in memory once loaded. */
export function estimateFromSize(bytes: number): MemoryEstimate {
  return weightsAlone({ bytes, how: "the size of the model's files" }, "the files were not looked into");
}
