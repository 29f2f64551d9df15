import { TenfoldError } from "@tenfold/catalog";
import { type Adapter, type AdapterContext, beginLoad, checkMemoryLimit, type InstalledModel, supportOf } from "@tenfold/core";
import { defaultThreads, type MachineLoad } from "@tenfold/core/hardware";
import { nativePartName } from "@tenfold/core/native-parts";
import { readModel } from "@tenfold/generation/model";
import { completeLoad } from "@tenfold/host";
import type { Tokenizer } from "@tenfold/tokenizers";
import { checkOptions } from "../check-options.ts";
import { fromNative } from "../errors.ts";
import { liteRtLmLibrary, liteRtLmPart } from "../parts.ts";
import { liteRtLmProfile } from "../profile.ts";
import { type CApi, openCApi } from "./c-api.ts";
import { createEngine } from "./engine.ts";
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
  const told = (error: unknown) => fromNative(error, "framework-unavailable", "LiteRT-LM does not run here", framework);

  return {
    framework,
    formats: liteRtLmProfile.formats,
    profile: liteRtLmProfile,

    probe: (context) =>
      supportOf(async () => {
        await open(context);
        return { frameworkVersion: liteRtLmPart.version, accelerators: ["cpu"] };
      }, told),

    async load(model, context, options) {
      const { signal } = options;
      const report = beginLoad(options);
      checkOptions(options, { accelerator: "cpu", framework });
      const path = pathOf(model);
      const { model: installed, tokenizer } = await readModel(model, { framework, signal, report });
      const { metadata } = installed;
      const contextSize = Math.min(options.contextSize ?? defaultContextSize, metadata.contextLength ?? defaultContextSize);
      const weightsBytes = model.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      checkMemoryLimit(model.id, weightsBytes, options.memoryLimitBytes, framework);
      const api = await open(context).catch((error: unknown) => {
        throw told(error);
      });
      signal?.throwIfAborted();
      const engine = await createEngine(api, { path, threads: options.threads ?? defaultThreads(machine().usableCores, machine()), contextSize }).catch(
        (error: unknown) => {
          throw fromNative(error, "load-failed", `LiteRT-LM cannot load ${model.id}`, framework);
        },
      );
      return completeLoad({
        ...{ signal, report },
        make() {
          const { chatTemplate } = metadata;
          return createTextModel({
            ...{ engine, tokenizer, contextSize, now, random },
            template:
              tokenizer.chatTemplate ??
              (chatTemplate === undefined ? undefined : { source: chatTemplate, specialTokens: specialTokens(tokenizer, chatTemplate) }),
            memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: 0 }),
          });
        },
        release: () => engine.delete(),
        told: (error) => fromNative(error, "load-failed", `${model.id} cannot be used`, framework),
      });
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
