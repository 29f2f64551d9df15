import { parse } from "@tenfold/catalog";
import type { Adapter, GenerateRequest, LoadedModel } from "@tenfold/core";
import { createLock } from "@tenfold/generation/loop";
import { z } from "zod";
import type { Binding } from "../binding.ts";
import { createModelAdapter } from "../model-adapter.ts";
import { foundationModelsProfile } from "../profile.ts";
import { readAnswer, type Translation } from "../read-answer.ts";

/** Settings that only Apple's Foundation Models have. */
export const foundationModelsOptionsSchema = z.strictObject({
  /** What the model is specialised for: general conversation, or tagging content. */
  useCase: z.enum(["general", "content-tagging"]).optional(),
  /** Which of the system's rules for content apply: as usual, or those for texts that are only transformed. */
  guardrails: z.enum(["default", "permissive-content-transformations"]).optional(),
});
export type FoundationModelsFrameworkOptions = z.infer<typeof foundationModelsOptionsSchema>;

/** What the system's model takes: Apple's figure. */
const contextSize = 4096;

/** Sessions, tools and guided generation are the framework's; stop strings are found here. */
export function createFoundationModelsAdapter({ binding, now }: { binding: Binding; now: () => number }): Adapter {
  return createModelAdapter({
    profile: foundationModelsProfile,
    binding,
    formatRemedy: "Register `foundationModelsManifest` and load it by its id: it needs no download.",
    defaultContextSize: contextSize,
    async prepare(model, { frameworkOptions }) {
      parse(foundationModelsOptionsSchema, frameworkOptions ?? {}, "frameworkOptions for Apple Foundation Models", "invalid-input");
      return { model, layout: new Map(), wrap: (remote) => withStops(remote, now) };
    },
  });
}

function withStops(remote: LoadedModel, now: () => number): LoadedModel {
  const lock = createLock();
  const count = async (input: Parameters<LoadedModel["countTokens"]>[0]) => (await remote.countTokens(input)).tokens;

  function translate({ stop, ...request }: GenerateRequest): Translation {
    return {
      request,
      parser: stop ? { stop } : {},
      warnings: [],
      countPrompt: () => count("messages" in request ? request.messages : request.prompt),
      countTokens: count,
    };
  }
  return { ...remote, memory: remote.memory, generate: (request) => readAnswer({ remote, lock, now }, translate(request)) };
}
