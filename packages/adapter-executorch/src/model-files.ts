import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";

export interface ModelFiles {
  program: InstalledFile;
  /** What generation_config.json holds, of unknown shape; undefined where there is none. */
  generation: unknown;
}

const mostBytes = 4 * 1024 * 1024;

/** Finds the program and what says how its answers end. @throws TenfoldError `unsupported-format`, `invalid-format`. */
export async function readModelFiles({ id, variant, files }: InstalledModel): Promise<ModelFiles> {
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
  return { program, generation: await readJson(files.find(({ path }) => /(?:^|\/)generation_config\.json$/.test(path))) };
}

async function readJson(file: InstalledFile | undefined): Promise<unknown> {
  if (!file) return undefined;
  if (file.sizeBytes > mostBytes) throw invalid(`${file.path} has ${file.sizeBytes} bytes; ${mostBytes} is the most`);
  try {
    return JSON.parse(new TextDecoder().decode(await file.read()));
  } catch {
    throw invalid(`${file.path} is not JSON`);
  }
}

function invalid(what: string, remedy?: string): TenfoldError {
  return new TenfoldError("invalid-format", `${what}.`, { framework: "executorch", ...(remedy ? { remedy } : {}) });
}
