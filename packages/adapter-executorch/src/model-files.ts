import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";

/** The model's one program. @throws TenfoldError `unsupported-format`, `invalid-format`. */
export function programOf({ id, variant, files }: InstalledModel): InstalledFile {
  if (variant.format !== "pte") {
    throw new TenfoldError("unsupported-format", `ExecuTorch loads .pte; ${id} is in the format ${variant.format}.`, {
      framework: "executorch",
      stage: "loading",
    });
  }
  const programs = files.filter(({ path }) => path.toLowerCase().endsWith(".pte"));
  const [program] = programs;
  if (!program || programs.length > 1) throw invalid(`${id} has ${programs.length} .pte files`, "Keep one, with its tokenizer beside it.");
  // Weights outside of the program are for runtimes that are told where they lie.
  const outside = files.find(({ path }) => path.toLowerCase().endsWith(".ptd"));
  if (outside) throw invalid(`${id} keeps its weights in ${outside.path}`, "Export it as one .pte file.");
  return program;
}

function invalid(what: string, remedy?: string): TenfoldError {
  return new TenfoldError("invalid-format", `${what}.`, { framework: "executorch", ...(remedy ? { remedy } : {}) });
}
