import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, type AdapterContext, checkLoadNumbers, checkMemoryLimit, type InstalledModel, type LoadedModel, risingProgress } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import { nativePartName } from "@tenfold/core/native-parts";
import { throughChannel } from "@tenfold/host";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import { checkOptions } from "../check-options.ts";
import { fromNative } from "../errors.ts";
import { liteRtLmLibrary, liteRtLmPart } from "../parts.ts";
import { liteRtLmProfile } from "../profile.ts";
import { type CApi, openCApi } from "./c-api.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createTextModel } from "./text-model.ts";

export interface LiteRtLmParts {
  now: () => number;
  random: () => number;
  machine: () => MachineLoad;
}

const { framework } = liteRtLmProfile;
const defaultContextSize = 4096;

/** LiteRT-LM over its C library. */
export function createLiteRtLmAdapter({ now, random, machine }: LiteRtLmParts): Adapter {
  return {
    framework,
    formats: liteRtLmProfile.formats,
    profile: liteRtLmProfile,

    async probe(context) {
      try {
        await open(context);
        return { available: true, frameworkVersion: liteRtLmPart.version, accelerators: ["cpu"] };
      } catch (error) {
        const { message, remedy } = fromNative(error, "framework-unavailable", "LiteRT-LM does not run here", framework);
        return { available: false, reason: message, remedy };
      }
    },

    async load(model, context, options) {
      const { signal } = options;
      signal?.throwIfAborted();
      checkLoadNumbers(options);
      checkOptions(options, { accelerator: "cpu", framework });
      const report = risingProgress(options.onProgress);
      const path = pathOf(model);
      // The file was validated when it was installed, but native code trusts what a disk may have done to it since.
      const metadata = await validateModel(model.variant.format, model.files, signal);
      report(0.1);
      const contextSize = Math.min(options.contextSize ?? defaultContextSize, metadata.contextLength ?? defaultContextSize);
      const weightsBytes = model.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      checkMemoryLimit(model.id, weightsBytes, options.memoryLimitBytes, framework);
      const tokenizer = await createTokenizer(model.files, signal ? { signal } : {});
      report(0.2);
      const api = await open(context).catch((error: unknown) => {
        throw fromNative(error, "framework-unavailable", "LiteRT-LM does not run here", framework);
      });
      signal?.throwIfAborted();
      const engine = await createEngine(api, { path, threads: options.threads ?? defaultThreads(machine().usableCores, machine()), contextSize }).catch(
        (error: unknown) => {
          throw fromNative(error, "load-failed", `LiteRT-LM cannot load ${model.id}`, framework);
        },
      );
      let loaded: LoadedModel | undefined;
      try {
        signal?.throwIfAborted();
        const { chatTemplate } = metadata;
        loaded = createTextModel({
          ...{ engine, tokenizer, contextSize, now, random },
          template:
            tokenizer.chatTemplate ??
            (chatTemplate === undefined ? undefined : { source: chatTemplate, specialTokens: specialTokens(tokenizer, chatTemplate) }),
          memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: 0 }),
        });
        const shown = await throughChannel(loaded);
        report(1);
        return shown;
      } catch (error) {
        await (loaded ? loaded.dispose() : (engine as Engine).delete());
        signal?.throwIfAborted();
        throw fromNative(error, "load-failed", `${model.id} cannot be used`, framework);
      }
    },
  };
}

/** What the template writes itself means something to the model: nobody's message may forge it. */
const specialTokens = ({ addedTokens }: Tokenizer, source: string) =>
  addedTokens.filter(({ content, special }) => special || (content.trim().length > 2 && source.includes(content))).map(({ content }) => content);

async function open({ nativeParts, platform }: AdapterContext): Promise<CApi> {
  const folder = nativeParts.get(nativePartName(liteRtLmPart));
  if (folder === undefined) {
    throw new TenfoldError("framework-unavailable", `LiteRT-LM ${liteRtLmPart.version} is not in the store.`, {
      framework,
      remedy: `Run \`tenfold frameworks add ${liteRtLmPart.id}\`.`,
    });
  }
  return openCApi(liteRtLmLibrary(folder, platform.os));
}

function pathOf({ id, variant, files }: InstalledModel): string {
  const wrong = (code: "unsupported-format" | "invalid-format", message: string) => new TenfoldError(code, message, { framework, stage: "loading" });
  if (!liteRtLmProfile.formats.includes(variant.format))
    throw wrong("unsupported-format", `LiteRT-LM loads .litertlm files and .task bundles; ${id} is in the format ${variant.format}.`);
  const file = files.find(({ path }) => path.toLowerCase().endsWith(`.${variant.format}`));
  if (!file) throw wrong("invalid-format", `${id} has no .${variant.format} file.`);
  if (!file.location) throw wrong("unsupported-format", `LiteRT-LM opens files by path, and ${file.path} has none here.`);
  return file.location();
}
