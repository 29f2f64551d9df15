import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import { TenfoldError } from "@tenfold/catalog";
import { type AdapterContext, checkMemoryLimit, type InstalledModel, type LoadedModel, type LoadOptions } from "@tenfold/core";
import { createChatModel } from "@tenfold/generation/model";
import type { HostableAdapter, LogitsSequences } from "@tenfold/host";
import { createTokenizer } from "@tenfold/tokenizers";
import { openSequences } from "../../adapter-onnx/test/open-sequences.ts";

/** What each framework opens of the folder that a host is given. Each has to be there, by its name and whole. */
const opened = {
  mlpackage: [
    "model.mlpackage/Manifest.json",
    "model.mlpackage/Data/com.apple.CoreML/model.mlmodel",
    "model.mlpackage/Data/com.apple.CoreML/weights/weight.bin",
  ],
  safetensors: ["model.safetensors", "config.json", "tokenizer.json"],
} as const;

/** The folder of the tiny model: whoever starts this host says it. */
const tinyFolder = process.argv[2] ?? "";
const beside = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
const tinyOnnx = () => installedFromFiles([join(tinyFolder, "onnx/model.onnx"), ...beside.map((name) => join(tinyFolder, "hf", name))], "onnx");

async function openTiny(
  model: InstalledModel,
  context: AdapterContext,
  { contextSize = 512, parallel = 1, memoryLimitBytes }: LoadOptions,
): Promise<LogitsSequences> {
  const { directory } = model;
  for (const name of opened[model.variant.format as keyof typeof opened] ?? []) {
    if (directory === undefined) throw new TenfoldError("invalid-format", "A host that opens folders was given none.");
    await readFile(join(directory, name));
  }
  if (contextSize > 512) throw new TenfoldError("invalid-input", `tenfold-tiny takes 512 tokens; ${contextSize} were asked for.`);
  const { sequences, dispose } = await openSequences(await tinyOnnx(), context, { parallel });
  const [first, ...others] = sequences.map((sequence) => ({ ...sequence, contextSize }));
  if (!first) throw new Error("There is no sequence.");
  // The system's own model is nobody's memory.
  const weightsBytes = model.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const use = { weightsBytes, kvCacheBytes: 0, computeBytes: 0 };
  checkMemoryLimit(model.id, weightsBytes, memoryLimitBytes, "fake");
  return { sequences: [first, ...others], memory: () => use, dispose };
}

interface WholeModel {
  /** The framework makes the prompt of messages; else it completes what it is given. */
  ownTemplate: boolean;
}

/** A model that samples by itself, as frameworks do that hide their logits. */
async function openWhole({ ownTemplate }: WholeModel, model: InstalledModel, context: AdapterContext, options: LoadOptions): Promise<LoadedModel> {
  const tiny = await tinyOnnx();
  const [logits, tokenizer] = await Promise.all([openTiny(model, context, options), createTokenizer(tiny.files)]);
  const { chatTemplate, ...raw } = tokenizer;
  const loaded = createChatModel({
    sequences: logits.sequences,
    // Libraries take whatever looks like a special token for one.
    tokenizer: ownTemplate ? tokenizer : { ...raw, encode: (text) => tokenizer.encode(text, { parseSpecial: true }) },
    endTokens: tokenizer.eosToken ? [tokenizer.eosToken.id] : [],
    framework: "fake",
    accelerator: "neural-engine",
    prefillTokens: 64,
    memory: logits.memory,
    release: logits.dispose,
    now: () => performance.now(),
    random: Math.random,
  });
  if (!ownTemplate || !chatTemplate) return loaded;
  return { ...loaded, memory: loaded.memory, capabilities: { ...loaded.capabilities, logProbabilities: false, template: "framework" } };
}

const computes = (): HostableAdapter => ({ loadLogits: openTiny });
const answers = (whole: WholeModel) => (): HostableAdapter => ({ load: (model, context, options) => openWhole(whole, model, context, options) });

/** Stands in for Apple's frameworks, which Linux does not have: tenfold-tiny over ONNX Runtime, in the role that each has. */
export const fakeApple = {
  "core-ml": computes,
  mlx: computes,
  "swift-transformers": answers({ ownTemplate: false }),
  "apple-foundation-models": answers({ ownTemplate: true }),
};
