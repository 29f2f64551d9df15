import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedFromFiles } from "@tenfold/adapter-testkit/models";
import type { InstalledModel } from "@tenfold/core";
import { herePython } from "./here-mlx.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("./write-form.py", import.meta.url));

/** The folder of the tiny model, or one of its files. */
export const tinyPath = (name = "") => fileURLToPath(new URL(`../../adapter-testkit/models/tenfold-tiny/${name}`, import.meta.url));

const write = (...words: readonly string[]) =>
  run(herePython.program, ["-B", program, ...words], { env: { ...process.env, PYTHONPATH: herePython.PYTHONPATH } });

/** tenfold-tiny, quantized by MLX into a folder. */
export async function writeQuantized(bits: number, folder: string): Promise<InstalledModel> {
  await write("quantized", String(bits), tinyPath("hf"), folder);
  const names = ["model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
  return installedFromFiles(
    names.map((name) => join(folder, name)),
    "safetensors",
  );
}

/** The pirate's adapter as mlx-lm writes one. */
export async function writeMlxLora(folder: string): Promise<void> {
  await write("lora", tinyPath("lora/peft"), folder);
}
