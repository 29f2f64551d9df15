import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, InstalledFile, InstalledModel, LoadOptions, Warning } from "@tenfold/core";
import type { Binding } from "../binding.ts";
import { createLogitsAdapter } from "../logits-adapter.ts";
import { coreMlProfile } from "../profile.ts";
import { coreMlLayout } from "./core-ml-layout.ts";
import { parseCoreMlOptions } from "./options.ts";

export interface CoreMlAdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

export function createCoreMlAdapter(parts: CoreMlAdapterParts): Adapter {
  return createLogitsAdapter({
    ...parts,
    profile: coreMlProfile,
    formatRemedy: "Choose a variant that coremltools exported.",
    parseOptions: parseCoreMlOptions,
    layout: layoutOf,
    prefillTokens: { cpu: 32, accelerated: 128 },
    warnings: warningsOf,
  });
}

function layoutOf(model: InstalledModel): Map<string, InstalledFile> {
  const { kind } = model.metadata.details ?? {};
  // A classifier of images is a Core ML model, too.
  if (kind === "pipeline" || kind === "other") {
    throw new TenfoldError("unsupported-format", `${model.id} is a Core ML model of the kind "${kind}", which computes no tokens.`, {
      framework: coreMlProfile.framework,
      remedy: "Choose a language model, exported as a program.",
    });
  }
  return coreMlLayout(model);
}

function warningsOf({ threads }: LoadOptions): Warning[] {
  if (threads === undefined) return [];
  return [{ kind: "ignored-setting", setting: "threads", message: "Core ML chooses its threads itself." }];
}
