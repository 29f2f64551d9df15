import type { InstalledModel } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { createTokenizer, type Tokenizer } from "@tenfold/tokenizers";
import { type GenerationSettings, readGenerationSettings } from "./generation-settings.ts";
import { readSettingsFile } from "./read-settings-file.ts";

export interface ReadModel {
  /** The same, with metadata from the files as they are now. */
  model: InstalledModel;
  tokenizer: Tokenizer;
  /** How the model's answers end and are sampled. @throws TenfoldError `invalid-format` where nothing says so. */
  answers(): Promise<GenerationSettings>;
}

/**
 * For adapters: reads what Tenfold itself needs of a model before native code sees it. The files were validated when they were installed,
 * but native code trusts what a disk may have done to them since: they are validated once more.
 * @param report is told the share of the load that is done, up to a tenth.
 * @throws TenfoldError `invalid-format`; the signal's reason when it is aborted.
 */
export async function readModel(
  model: InstalledModel,
  { framework, signal, report }: { framework: string; signal?: AbortSignal | undefined; report: (fraction: number) => void },
): Promise<ReadModel> {
  const metadata = await validateModel(model.variant.format, model.files, signal);
  report(0.05);
  const tokenizer = await createTokenizer(model.files, signal ? { signal } : {});
  report(0.1);
  const generation = model.files.find(({ path }) => /(?:^|\/)generation_config\.json$/.test(path));
  return {
    model: { ...model, metadata },
    tokenizer,
    answers: async () => readGenerationSettings(await readSettingsFile(generation, framework), tokenizer),
  };
}
