import type { FrameworkProfile } from "@tenfold/catalog";
import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, type InstalledFile, type InstalledModel, type LoadOptions, type Warning } from "@tenfold/core";
import { createChatModel, readModel } from "@tenfold/generation/model";
import { completeLoad, loadLogitsThrough } from "@tenfold/host";
import { type Binding, endHost } from "./binding.ts";
import { acceleratorOf, checkFormat, probeThrough, shownFiles } from "./load-parts.ts";

export interface LogitsAdapterParts {
  profile: FrameworkProfile;
  binding: Binding;
  /** What to do with a model in another format. */
  formatRemedy: string;
  /** @throws TenfoldError `invalid-input` naming the option. */
  parseOptions(options: LoadOptions["frameworkOptions"]): Readonly<Record<string, unknown>>;
  /** The files that the framework opens, by the names that it wants them under in a folder. @throws TenfoldError. */
  layout(model: InstalledModel): ReadonlyMap<string, InstalledFile>;
  /** Prompt tokens between two looks at the signal. */
  prefillTokens: { cpu: number; accelerated: number };
  warnings(options: LoadOptions): readonly Warning[];
  now: () => number;
  random: () => number;
}

const defaultContextSize = 4096;

/** Templates, tokens, sampling and constraints are Tenfold's, in this process; logits are computed in the host. */
export function createLogitsAdapter({ profile, binding, now, random, ...parts }: LogitsAdapterParts): Adapter {
  const { framework, formats } = profile;
  return {
    framework,
    formats,
    profile,
    probe: probeThrough(binding, profile),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      checkFormat(profile, model, parts.formatRemedy);
      const frameworkOptions = parts.parseOptions(options.frameworkOptions);
      const { model: validated, tokenizer, answers } = await readModel(model, { framework, signal, report });
      const layout = parts.layout(validated);
      const { endTokens, sampling } = await answers();
      signal?.throwIfAborted();
      const installation = await binding.find(context);
      const accelerator = acceleratorOf(profile, installation, options.accelerator);
      const prefillTokens = options.batchSize ?? (accelerator === "cpu" ? parts.prefillTokens.cpu : parts.prefillTokens.accelerated);
      const host = await installation.start(context.log);
      const { contextLength = defaultContextSize } = validated.metadata;
      return completeLoad({
        ...{ signal, report },
        async make() {
          const logits = await installation.withFolder(layout, (directory) =>
            loadLogitsThrough(host.port, installation.source, { ...validated, directory, files: shownFiles(layout) }, context, {
              ...options,
              // A framework that chooses by itself is left to it.
              accelerator: accelerator === "core-ml" ? "auto" : accelerator,
              contextSize: options.contextSize ?? Math.min(contextLength, defaultContextSize),
              batchSize: prefillTokens,
              frameworkOptions,
              onProgress: (fraction) => report(0.1 + 0.85 * fraction),
            }),
          );
          const [{ vocabularySize }] = logits.sequences;
          if (tokenizer.vocabularySize > vocabularySize) {
            const words = `The tokenizer of ${model.id} has ${tokenizer.vocabularySize} tokens; the model gives logits for ${vocabularySize}.`;
            throw new TenfoldError("invalid-format", words, { framework, remedy: "Put the tokenizer beside the model that it was trained with." });
          }
          return createChatModel({
            ...{ tokenizer, endTokens, framework, accelerator, prefillTokens, now, random },
            sequences: logits.sequences,
            warnings: parts.warnings(options),
            defaults: sampling,
            memory: logits.memory,
            release: () => endHost(host, logits.dispose),
          });
        },
        async release() {
          host.kill();
          await host.gone;
        },
        told: (error) => TenfoldError.from(error, "load-failed", `${model.id} cannot be loaded by ${profile.name}`, { framework }),
      });
    },
  };
}
