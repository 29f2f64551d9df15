import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, checkLoadNumbers, type InstalledModel, type LoadedModel, type LoadOptions, risingProgress, type Warning } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { createChatModel, readGenerationSettings } from "@tenfold/generation/model";
import { loadLogitsThrough, throughChannel } from "@tenfold/host";
import type { HostProcess } from "@tenfold/host/node";
import { createTokenizer } from "@tenfold/tokenizers";
import { mlxProfile } from "../profile.ts";
import type { Binding, MlxInstallation } from "./binding.ts";
import { withModelFolder } from "./model-folder.ts";
import { parseFrameworkOptions } from "./options.ts";
import { readGenerationFile } from "./read-generation-file.ts";

export interface MlxAdapterParts {
  binding: Binding;
  now: () => number;
  random: () => number;
}

const framework = mlxProfile.framework;
const defaultContextSize = 4096;
/** Prompt tokens between two looks at the signal. On the CPU more are hardly faster, and an abort would wait for seconds. */
const defaultPrefillTokens = { cpu: 32, metal: 512 };

/** Templates, tokens, sampling and constraints are Tenfold's, in this process; logits are computed in the host. */
export function createMlxAdapter({ binding, now, random }: MlxAdapterParts): Adapter {
  return {
    framework,
    formats: mlxProfile.formats,
    profile: mlxProfile,

    async probe(context) {
      try {
        const { version, accelerators, notes } = await binding.find(context);
        return { available: true, frameworkVersion: version, accelerators, notes };
      } catch (error) {
        const { message, remedy } = TenfoldError.from(error, "framework-unavailable", "MLX does not run here");
        return { available: false, reason: message, remedy };
      }
    },

    async load(model, context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      checkFormat(model);
      checkLoadNumbers(options);
      const frameworkOptions = parseFrameworkOptions(options.frameworkOptions);
      const report = risingProgress(options.onProgress);
      // The files were validated when they were installed, but native code trusts what a disk may have done to them since.
      const metadata = await validateModel(model.variant.format, model.files, signal);
      report(0.05);
      const [tokenizer, generation] = await Promise.all([createTokenizer(model.files), readGenerationFile(model.files)]);
      const { endTokens, sampling } = readGenerationSettings(generation, tokenizer);
      signal?.throwIfAborted();
      const installation = await binding.find(context);
      const accelerator = acceleratorOf(installation, options.accelerator);
      const prefillTokens = options.batchSize ?? (accelerator === "metal" ? defaultPrefillTokens.metal : defaultPrefillTokens.cpu);
      const host = await installation.start(context.log);
      let loaded: LoadedModel | undefined;
      try {
        const logits = await withModelFolder(model, (directory) =>
          loadLogitsThrough(host.port, undefined, { ...model, metadata, directory }, context, {
            ...options,
            accelerator,
            contextSize: options.contextSize ?? Math.min(metadata.contextLength ?? defaultContextSize, defaultContextSize),
            batchSize: prefillTokens,
            frameworkOptions,
            onProgress: (fraction) => report(0.1 + 0.85 * fraction),
          }),
        );
        loaded = createChatModel({
          sequences: logits.sequences,
          tokenizer,
          endTokens,
          framework,
          accelerator,
          warnings: warningsOf(options),
          defaults: sampling,
          prefillTokens,
          memory: logits.memory,
          release: () => endHost(host, logits.dispose),
          now,
          random,
        });
        const shown = await throughChannel(loaded);
        report(1);
        return shown;
      } catch (error) {
        host.kill();
        await host.gone;
        signal?.throwIfAborted();
        throw TenfoldError.from(error, "load-failed", `${model.id} cannot be loaded by MLX`, { framework });
      }
    },
  };
}

function checkFormat({ id, variant }: InstalledModel): void {
  if (mlxProfile.formats.includes(variant.format)) return;
  throw new TenfoldError("unsupported-format", `MLX loads safetensors and npz; ${id} is in the format ${variant.format}.`, {
    framework,
    stage: "loading",
    remedy: "`tenfold convert MODEL.gguf --to safetensors` writes a folder for MLX.",
  });
}

function acceleratorOf({ accelerators }: MlxInstallation, wanted: LoadOptions["accelerator"] = "auto") {
  const [first] = accelerators;
  if (wanted === "auto") return first;
  const found = accelerators.find((one) => one === wanted);
  if (found) return found;
  throw new TenfoldError("framework-unavailable", `MLX cannot use ${wanted} here; it can use ${accelerators.join(" and ")}.`, { framework });
}

function warningsOf({ threads, isolation }: LoadOptions): Warning[] {
  const ignored = (setting: string, message: string): Warning => ({ kind: "ignored-setting", setting, message });
  return [
    ...(threads !== undefined && threads > 1 ? [ignored("threads", "MLX computes with one thread on the CPU.")] : []),
    ...(isolation === "none" ? [ignored("isolation", "MLX runs in a process of its own: it is reached through Python.")] : []),
  ];
}

/** Its memory is free when it is gone; until then this process has something to wait for. */
async function endHost(host: HostProcess, dispose: () => Promise<void>): Promise<void> {
  await dispose();
  host.port.ref?.();
  await host.gone;
}
