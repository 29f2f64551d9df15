import { type FrameworkId, TenfoldError, type Variant } from "@tenfold/catalog";
import type { GenerateEvent } from "../contract/events.ts";
import type { InstalledModel, ModelMetadata } from "../contract/installed-model.ts";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { GenerateRequest } from "../contract/request.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { collectText, type GeneratedText } from "./collect-text.ts";

/** A loaded model as applications see it: what the adapter gave, with what can be derived from it. */
export interface Model extends LoadedModel {
  readonly id: string;
  readonly framework: FrameworkId;
  readonly variant: Variant;
  readonly metadata: ModelMetadata;
  readonly lifecycle: Pick<Lifecycle, "state" | "history" | "observe">;
  /** `generate`, read to its end. */
  generateText(request: GenerateRequest): Promise<GeneratedText>;
}

export function createModel(installed: InstalledModel, framework: FrameworkId, loaded: LoadedModel, lifecycle: Lifecycle): Model {
  let running = 0;
  let disposed: Promise<void> | undefined;

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
    running += 1;
    if (running === 1 && lifecycle.state === "ready") lifecycle.transition("executing");
    try {
      yield* loaded.generate(request);
    } catch (error) {
      // Answers that run beside this one go on, unless the model itself is gone.
      if (lifecycle.state === "executing" && TenfoldError.is(error, "crashed")) lifecycle.fail(error);
      throw error;
    } finally {
      running -= 1;
      if (running === 0 && lifecycle.state === "executing") lifecycle.transition("ready");
    }
  }

  async function unload(): Promise<void> {
    await loaded.dispose();
    if (lifecycle.state === "executing") lifecycle.transition("ready");
    if (lifecycle.state === "ready" || lifecycle.state === "error") lifecycle.transition("cleanup");
    if (lifecycle.state === "cleanup") lifecycle.transition("validated");
  }

  return {
    id: installed.id,
    framework,
    variant: installed.variant,
    metadata: installed.metadata,
    lifecycle,
    capabilities: loaded.capabilities,
    contextSize: loaded.contextSize,
    ...(loaded.tokenizer ? { tokenizer: loaded.tokenizer } : {}),
    ...(loaded.embed ? { embed: loaded.embed.bind(loaded) } : {}),
    generate,
    generateText: (request) => collectText(generate(request)),
    countTokens: (input) => loaded.countTokens(input),
    memory: () => loaded.memory(),
    dispose() {
      disposed ??= unload();
      return disposed;
    },
  };
}
