import { parse, TenfoldError } from "@tenfold/catalog";
import type { Adapter, InstalledModel } from "@tenfold/core";
import { readModel } from "@tenfold/generation/model";
import { z } from "zod";
import type { Binding } from "../binding.ts";
import { coreMlLayout } from "../core-ml/core-ml-layout.ts";
import { createModelAdapter } from "../model-adapter.ts";
import { swiftTransformersProfile } from "../profile.ts";
import { createPromptedModel } from "./prompted-model.ts";

export interface SwiftTransformersAdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

const { framework } = swiftTransformersProfile;
/** By itself the library ends an answer after 20 tokens, so a limit is always said. */
const defaultContextSize = 4096;
const optionsSchema = z.strictObject({});

/** Templates, stops, thoughts and tool calls are Tenfold's; tokens, sampling and decoding the library's. */
export function createSwiftTransformersAdapter({ binding, now, random }: SwiftTransformersAdapterParts): Adapter {
  return createModelAdapter({
    profile: swiftTransformersProfile,
    binding,
    formatRemedy: "Choose a variant that coremltools exported.",
    defaultContextSize,
    async prepare(given, { frameworkOptions, signal }, report) {
      parse(optionsSchema, frameworkOptions ?? {}, "frameworkOptions for Swift Transformers", "invalid-input");
      const { model, tokenizer, answers } = await readModel(given, { framework, signal, report });
      checkFeatures(model);
      const { sampling } = await answers();
      return {
        model,
        layout: coreMlLayout(model),
        wrap: (remote) => createPromptedModel({ remote, tokenizer, defaults: sampling, now, random }),
      };
    },
  });
}

/** The library traps, and takes its process along, over a model without these. What is compiled says nothing of them; the host looks. */
function checkFeatures({ id, metadata: { details = {} } }: InstalledModel): void {
  const { inputs, outputs } = details;
  if (typeof inputs !== "string" || typeof outputs !== "string") return;
  const lacks = (what: string) =>
    new TenfoldError("unsupported-format", `${id} has no ${what}, which Swift Transformers wants; it takes ${inputs} and gives ${outputs}.`, {
      framework,
      remedy: "Load it with Core ML, or export it with an input `inputIds` and an output `logits`.",
    });
  if (!inputs.split(", ").includes("inputIds")) throw lacks("input `inputIds`");
  if (!outputs.split(", ").includes("logits")) throw lacks("output `logits`");
}
