import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, beginLoad, checkMemoryLimit, type InstalledFile, type InstalledModel, supportOf, type Warning } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import { completeLoad } from "@tenfold/host";
import { checkAccessKey } from "./access-key.ts";
import type { Binding, CreateOptions, PicoLibrary, PicoModel } from "./binding.ts";
import { acceleratorsOf, type Device, devicesToTry } from "./device.ts";
import { createDialogPrompt } from "./dialog.ts";
import { framework, fromVendor } from "./errors.ts";
import { createLoadedModel } from "./loaded-model.ts";
import { modelKind } from "./model-kind.ts";
import { type PicoLlmFrameworkOptions, parseFrameworkOptions } from "./options.ts";
import { picoLlmProfile } from "./profile.ts";
import { createPrompts } from "./prompts.ts";

export interface AdapterParts {
  binding: Binding;
  accessKey: string | undefined;
  now: () => number;
  random: () => number;
  machine: () => MachineLoad;
}

const defaultContextSize = 4096;

/** All of the adapter but the native calls. */
export function createAdapter({ binding, accessKey, now, random, machine }: AdapterParts): Adapter {
  const told = (error: unknown) => fromVendor(error, undefined, "framework-unavailable", "picoLLM does not run here");

  return {
    framework,
    formats: picoLlmProfile.formats,
    profile: picoLlmProfile,

    probe: () =>
      supportOf(async () => {
        const library = await binding.open();
        checkAccessKey(accessKey);
        return { frameworkVersion: library.version, accelerators: acceleratorsOf(library), notes: [library.through, ...library.devices] };
      }, told),

    async load(model, _context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      const settings = parseFrameworkOptions(options.frameworkOptions);
      const file = fileOf(model, binding.opensBytes);
      // The file was validated when it was installed, but native code trusts what a disk may have done to it since.
      const metadata = await validateModel(model.variant.format, [file], signal);
      checkMemoryLimit(model.id, file.sizeBytes, options.memoryLimitBytes, framework);
      const key = checkAccessKey(accessKey);
      report(0.02);
      const library = await binding.open().catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      const devices = devicesToTry(library, options.accelerator, settings.device, options.threads ?? defaultThreads(library.cores, machine()));
      report(0.05);
      const given = { accessKey: key, file, contextCaching: settings.contextCaching ?? false, ...(signal ? { signal } : {}) };
      const { pico, device, warnings } = await create(library, devices, given, model.id);
      return completeLoad({
        ...{ signal, report, hosted: options.isolation === "host" },
        make() {
          report(0.95);
          const most = options.contextSize ?? defaultContextSize;
          const contextSize = Math.min(most, pico.contextLength);
          if (options.contextSize !== undefined && contextSize < most) {
            warnings.push({ kind: "other", message: `The context has ${contextSize} tokens, which is all that ${pico.model} takes; ${most} were asked for.` });
          }
          const template = settings.chatTemplate ?? model.metadata.chatTemplate ?? metadata.chatTemplate;
          return createLoadedModel({
            model: pico,
            library,
            prompts: createPrompts(template, dialogOf(pico, settings), modelKind(pico.model)),
            contextSize,
            accelerator: device.accelerator,
            contextCaching: given.contextCaching,
            weightsBytes: file.sizeBytes,
            warnings,
            now,
            random,
          });
        },
        release: () => pico.release(),
        told: (error) => fromVendor(error, library.errors, "load-failed", `${model.id} cannot be used`),
      });
    },
  };
}

/** Tries one device after the other; the last one's failure is the load's. */
async function create(
  library: PicoLibrary,
  [device, ...others]: readonly [Device, ...Device[]],
  given: Omit<CreateOptions, "device">,
  id: string,
): Promise<{ pico: PicoModel; device: Device; warnings: Warning[] }> {
  try {
    return { pico: await library.create({ ...given, device: device.name }), device, warnings: [] };
  } catch (error) {
    given.signal?.throwIfAborted();
    const failure = fromVendor(error, library.errors, "load-failed", `picoLLM cannot load ${id}`);
    const [next, ...rest] = others;
    // A key that is refused is refused everywhere, and asking again counts.
    if (!next || failure.code === "unauthorized") throw failure;
    const loaded = await create(library, [next, ...rest], given, id);
    return { ...loaded, warnings: [{ kind: "other", message: `The model is on ${loaded.device.accelerator}, not ${device.accelerator}: ${failure.message}` }] };
  }
}

function dialogOf(pico: PicoModel, { dialogMode }: PicoLlmFrameworkOptions) {
  const dialog = createDialogPrompt(pico, dialogMode);
  if (dialog || dialogMode === undefined) return dialog;
  throw new TenfoldError("invalid-input", `picoLLM has no dialog "${dialogMode}" for ${pico.model}.`, { framework, remedy: "Leave dialogMode out." });
}

function fileOf(model: InstalledModel, opensBytes: Binding["opensBytes"]): InstalledFile {
  const context = { framework, stage: "loading" } as const;
  if (model.variant.format !== "pllm") {
    throw new TenfoldError("unsupported-format", `picoLLM loads .pllm files; ${model.id} is in the format ${model.variant.format}.`, context);
  }
  const [file, ...others] = model.files.filter(({ path }) => path.toLowerCase().endsWith(".pllm"));
  if (!file || others.length > 0) throw new TenfoldError("invalid-format", `${model.id} has ${others.length + (file ? 1 : 0)} .pllm files, not one.`, context);
  if (!opensBytes && !file.location) throw new TenfoldError("unsupported-format", `picoLLM opens files by path, and ${file.path} has none here.`, context);
  return file;
}
