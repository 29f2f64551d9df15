import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import {
  type Adapter,
  checkLoadNumbers,
  checkMemoryLimit,
  type InstalledFile,
  type InstalledModel,
  type LoadedModel,
  type LoadOptions,
  risingProgress,
} from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { loadThrough } from "@tenfold/host";
import { type Binding, endHost } from "./binding.ts";
import { acceleratorOf, checkFormat, probeThrough, shownFiles } from "./load-parts.ts";

/** What of a model is known before anything native is touched. */
export interface PreparedModel {
  /** The files that the framework opens, by the names that it wants them under in a folder. */
  layout: ReadonlyMap<string, InstalledFile>;
  /** Makes the contract's model of what the host serves. `dispose` ends the host, too. */
  wrap(remote: LoadedModel): LoadedModel;
}

export interface ModelAdapterParts {
  profile: FrameworkProfile;
  binding: Binding;
  formatRemedy: string;
  defaultContextSize: number;
  /** @throws TenfoldError `invalid-input`, `invalid-format`, `unsupported-format`. */
  prepare(model: InstalledModel, options: LoadOptions): Promise<PreparedModel>;
}

/** An adapter of a framework that gives whole answers. */
export function createModelAdapter({ profile, binding, formatRemedy, defaultContextSize, prepare }: ModelAdapterParts): Adapter {
  const { framework, formats } = profile;
  return {
    framework,
    formats,
    profile,
    probe: probeThrough(binding, profile),

    async load(model, context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      checkFormat(profile, model, formatRemedy);
      checkLoadNumbers(options);
      const report = risingProgress(options.onProgress);
      const metadata = await validateModel(model.variant.format, model.files, signal);
      const { layout, wrap } = await prepare({ ...model, metadata }, options);
      report(0.05);
      const weightsBytes = [...layout.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      checkMemoryLimit(model.id, weightsBytes, options.memoryLimitBytes, framework);
      signal?.throwIfAborted();
      const installation = await binding.find(context);
      const accelerator = acceleratorOf(profile, installation, options.accelerator);
      const host = await installation.start(context.log);
      try {
        const remote = await installation.withFolder(layout, (directory) =>
          loadThrough(host.port, installation.source, { ...model, metadata, files: shownFiles(layout), ...(layout.size > 0 ? { directory } : {}) }, context, {
            ...options,
            accelerator: accelerator === "core-ml" ? "auto" : accelerator,
            contextSize: options.contextSize ?? Math.min(metadata.contextLength ?? defaultContextSize, defaultContextSize),
            onProgress: (fraction) => report(0.1 + 0.85 * fraction),
          }),
        );
        signal?.throwIfAborted();
        const loaded = wrap({ ...remote, memory: remote.memory, dispose: () => endHost(host, remote.dispose) });
        report(1);
        return loaded;
      } catch (error) {
        host.kill();
        await host.gone;
        signal?.throwIfAborted();
        throw TenfoldError.from(error, "load-failed", `${model.id} cannot be loaded by ${profile.name}`, { framework });
      }
    },
  };
}
