import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, checkMemoryLimit, type InstalledFile, type InstalledModel, type LoadedModel, type LoadOptions } from "@tenfold/core";
import { loadThrough } from "@tenfold/host";
import { type Binding, endHost } from "./binding.ts";
import { acceleratorOf, checkFormat, probeThrough, shownFiles } from "./load-parts.ts";

/** What of a model is known before anything native is touched. */
export interface PreparedModel {
  /** The same, with metadata from the files as they are now. */
  model: InstalledModel;
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
  prepare(model: InstalledModel, options: LoadOptions, report: (fraction: number) => void): Promise<PreparedModel>;
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
      const report = beginLoad(options);
      checkFormat(profile, model, formatRemedy);
      const { model: validated, layout, wrap } = await prepare(model, options, report);
      report(0.1);
      const weightsBytes = [...layout.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      checkMemoryLimit(model.id, weightsBytes, options.memoryLimitBytes, framework);
      signal?.throwIfAborted();
      const installation = await binding.find(context);
      const accelerator = acceleratorOf(profile, installation, options.accelerator);
      const host = await installation.start(context.log);
      try {
        const remote = await installation.withFolder(layout, (directory) =>
          loadThrough(host.port, installation.source, { ...validated, files: shownFiles(layout), ...(layout.size > 0 ? { directory } : {}) }, context, {
            ...options,
            accelerator: accelerator === "core-ml" ? "auto" : accelerator,
            contextSize: options.contextSize ?? Math.min(validated.metadata.contextLength ?? defaultContextSize, defaultContextSize),
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
