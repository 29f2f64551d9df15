import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { endsIn } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { readPte, refuse } from "./reader.ts";

/** Checks an ExecuTorch program. @throws TenfoldError `invalid-format`. */
export async function validatePte(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  const programs = files.filter((file) => endsIn(file, ".pte"));
  const [file] = programs.length > 0 ? programs : files;
  if (!file || programs.length > 1) throw refuse(`an ExecuTorch program is one .pte file; there are ${programs.length}`);
  const { methods } = await readPte(file, signal);
  const config = await readConfig(files, file.path, refuse);
  const constant = (name: string) => methods.find((method) => method.name === name)?.constant;
  const contextLength = constant("get_max_context_len") ?? constant("get_max_seq_len");
  const vocabularySize = constant("get_vocab_size");
  return {
    format: "pte",
    ...(contextLength !== undefined && contextLength > 0 ? { contextLength } : {}),
    ...(vocabularySize !== undefined && vocabularySize > 0 ? { vocabularySize } : {}),
    ...config.metadata,
    details: {
      methods: methods
        .slice(0, 32)
        .map(({ name }) => name)
        .join(", "),
      delegates: [...new Set(methods.flatMap(({ delegates }) => delegates))].slice(0, 16).join(", "),
    },
  };
}
