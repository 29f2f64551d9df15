import { execFile } from "node:child_process";
import { link, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  installedFromFile,
  installedFromFiles,
  tinyExecutorchModel,
  tinyFolderModel,
  tinyLiteRtLmModel,
  tinyModel,
  tinyOnnxModel,
  tinyTfliteModel,
} from "@tenfold/adapter-testkit/models";
import { convertModel } from "@tenfold/convert";
import type { InstalledModel } from "@tenfold/core";
import { createNodeFiles } from "@tenfold/core/node";
import { createTokenizer } from "@tenfold/tokenizers";
import { smollm2 } from "@tenfold/tooling/smollm2";
import type { SideFigures, SideTask } from "./side.ts";
import type { VendorSide, Vendors } from "./vendors.ts";

const run = promisify(execFile);

/** One framework on one model: Tenfold, and who it is measured against. */
export interface Contest {
  model: string;
  framework: string;
  /** The weights' form: "F32". */
  weights: string;
  ours: () => Promise<SideFigures>;
  vendor: VendorSide;
}

export interface ContestTask {
  tokens: number;
  threads: number;
  /** Where converted models are written. */
  folder: string;
  /** Only models whose name has this in it; all without it. */
  wanted: string;
}

type Form = Pick<SideTask, "framework" | "frameworkOptions"> & { weights: string; model: InstalledModel };

/** What can be measured here. @param missing is told why something cannot. */
export async function findContests(task: ContestTask, vendors: Vendors, missing: (line: string) => void): Promise<Contest[]> {
  const models: readonly [name: string, forms: () => Promise<readonly Form[]>][] = [
    ["tenfold-tiny", tinyForms],
    ["SmolLM2 135M", () => smollm2Forms(task.folder, missing)],
  ];
  const contests: Contest[] = [];
  for (const [name, forms] of models) {
    if (name.includes(task.wanted)) contests.push(...(await contestsOf(name, await forms(), task, vendors, missing)));
  }
  return contests;
}

async function tinyForms(): Promise<Form[]> {
  return [
    { framework: "llama.cpp", weights: "F32", model: await tinyModel("f32") },
    { framework: "onnx-runtime", weights: "F32", model: await tinyOnnxModel("onnx-gqa") },
    { framework: "mlx", weights: "F32", model: await tinyFolderModel(), frameworkOptions: { precision: "float32" } },
    { framework: "executorch", weights: "F32", model: await tinyExecutorchModel() },
    { framework: "litert-lm", weights: "F16", model: await tinyLiteRtLmModel() },
    { framework: "litert", weights: "F16", model: await tinyTfliteModel() },
  ];
}

/** From one file, as `tenfold convert` writes them. Exports for ExecuTorch and LiteRT-LM are made by hand: their packages' READMEs say how. */
async function smollm2Forms(home: string, missing: (line: string) => void): Promise<Form[]> {
  const { path, reason } = await smollm2();
  if (path === undefined) {
    missing(`SmolLM2 is left out: ${reason}`);
    return [];
  }
  const gguf = await installedFromFile(path, "gguf");
  const target = createNodeFiles(home);
  await convertModel({ files: gguf.files, to: "onnx", target, folder: "onnx" });
  await convertModel({ files: gguf.files, to: "safetensors", type: "BF16", target, folder: "safetensors" });
  const read = async (folder: string, first: RegExp, format: string) => {
    const names = (await readdir(join(home, folder))).sort((one, other) => Number(first.test(other)) - Number(first.test(one)));
    return installedFromFiles(
      names.map((name) => join(home, folder, name)),
      format,
    );
  };
  return [
    { framework: "llama.cpp", weights: "Q4_1", model: gguf },
    { framework: "onnx-runtime", weights: "4-bit", model: await read("onnx", /\.onnx$/, "onnx") },
    { framework: "mlx", weights: "BF16", model: await read("safetensors", /\.safetensors$/, "safetensors") },
  ];
}

async function contestsOf(name: string, forms: readonly Form[], task: ContestTask, vendors: Vendors, missing: (line: string) => void): Promise<Contest[]> {
  const contests: Contest[] = [];
  const [first] = forms;
  if (!first) return contests;
  const tokenizer = await createTokenizer(first.model.files);
  const prompt = "Once upon a time there was a fox who lived in the hills and looked for the river. Every day it ran a little further, and one day";
  const ids = [...tokenizer.encode(prompt)];
  for (const { framework, weights, model, frameworkOptions } of forms) {
    const part = await vendors.nativePart(framework);
    if (part && "reason" in part) {
      missing(`${framework} is left out: ${part.reason}`);
      continue;
    }
    const files = model.files.map(({ location }) => location?.() ?? "");
    const given: SideTask = {
      ...{ framework, format: model.variant.format, files, prompt, tokens: task.tokens, threads: task.threads },
      ...(frameworkOptions ? { frameworkOptions } : {}),
      nativeParts: part ? { [part.name]: part.folder } : {},
    };
    const folder = join(task.folder, `${name}-${framework}`.replaceAll(" ", "-"));
    contests.push({
      model: name,
      framework,
      weights,
      ours: () => tenfoldSide(given),
      vendor: await vendors.sideOf({ ...given, ids, folder: () => inOneFolder(folder, files) }),
    });
  }
  return contests;
}

/** Vendors open folders; the tiny model's files lie in several. */
async function inOneFolder(folder: string, files: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const file of files) await link(file, join(folder, basename(file))).catch(() => run("cp", [file, folder]));
  return folder;
}

async function tenfoldSide(task: SideTask): Promise<SideFigures> {
  const program = fileURLToPath(new URL("./sides/tenfold.ts", import.meta.url));
  const { stdout } = await run(process.execPath, ["--import", "tsx", program, JSON.stringify(task)], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SideFigures;
}

/** For sides that read their prompts from a file. */
export async function writePrompts(folder: string, prompt: string, ids: readonly number[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "prompts.json");
  await writeFile(path, JSON.stringify([{ text: prompt, ids }]));
  return path;
}
