import { nameOf } from "./companions.ts";
import type { Group } from "./group-variants.ts";
import type { RepositoryFile } from "./repository.ts";

const part = /-(\d{5})-of-(\d{5})\.gguf$/i;
/** Names of quantizations in file names. */
const label = /(?<=^|[-._/])(?:UD-)?(?:I?Q\d+(?:_[0-9A-Z]+)*|TQ\d_\d|BF16|FP?16|F32|MXFP4(?:_MOE)?|NVFP4)(?=$|[-._/])/gi;
/** Parts of models that no loader opens by themselves: what sees, what corrects a quantization, what is laid over another model. */
const apart = /(?:^|[-._])(?:mmproj|imatrix|lora|adapter)(?:[-._]|$)/i;
/** Which quantization somebody most likely wants who names none: the best for its size first. */
const preferred = ["Q4_K_M", "Q4_K_S", "IQ4_XS", "Q4_0", "IQ4_NL", "Q5_K_M", "Q6_K", "Q8_0"];

/** One variant for each quantization, with all parts of it. */
export function ggufGroups(files: readonly RepositoryFile[]): Group[] {
  const groups = new Map<string, { files: RepositoryFile[]; parts: number }>();
  for (const file of files) {
    if (!/\.gguf$/i.test(file.path) || apart.test(nameOf(file.path).replace(/\.gguf$/i, ""))) continue;
    const parts = Number(part.exec(file.path)?.[2] ?? 1);
    const stem = file.path.replace(parts > 1 ? part : /\.gguf$/i, "");
    const group = groups.get(stem) ?? { files: [], parts };
    group.files.push(file);
    groups.set(stem, group);
  }
  return [...groups]
    .filter(([, group]) => group.files.length === group.parts)
    .map(([stem, group]): Group => {
      const quantization = stem.match(label)?.at(-1)?.toUpperCase();
      return { format: "gguf", name: quantization ?? nameOf(stem), stem, files: group.files, ...(quantization ? { quantization } : {}) };
    })
    .sort((left, right) => rank(left) - rank(right) || sizeOf(left) - sizeOf(right) || (left.stem < right.stem ? -1 : 1));
}

function rank({ quantization = "" }: Group): number {
  const at = preferred.indexOf(quantization);
  return at === -1 ? preferred.length : at;
}

function sizeOf({ files }: Group): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
