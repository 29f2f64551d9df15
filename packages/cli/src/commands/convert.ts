import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import type { ConversionTarget } from "@tenfold/convert";
import type { ModelFile } from "@tenfold/core";
import { createStore } from "@tenfold/core";
import { createNodeFiles } from "@tenfold/core/node";
import { type GlobalOptions, openPlatform, type Session, splitInstalledName } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";
import { createStatusLine } from "../terminal/status-line.ts";

export interface ConvertCommandOptions {
  to: ConversionTarget;
  output?: string;
  force?: boolean;
  dequantize?: boolean;
  accuracy?: "0" | "4";
  type?: "F32" | "F16" | "BF16";
}

/** Writes a model's weights in another format, into a folder that appears whole or not at all. */
export async function convert(session: Session, name: string, options: GlobalOptions & ConvertCommandOptions, signal: AbortSignal): Promise<void> {
  const { to, force = false, dequantize = false, accuracy, type } = options;
  if (to !== "onnx" && (dequantize || accuracy !== undefined)) throw notFor("--dequantize and --accuracy", "onnx");
  if (to !== "safetensors" && type !== undefined) throw notFor("--type", "safetensors");
  const files = await filesOf(session, name, options);
  const folder = resolve(
    options.output ??
      `${basename(name)
        .replace(/\.gguf$/i, "")
        .replaceAll(":", "-")}-${to}`,
  );
  const { convertModel } = await import("@tenfold/convert");
  const line = createStatusLine(session.stderr);
  try {
    const result = await convertModel({
      ...{ files, to, target: createNodeFiles(dirname(folder)), folder: basename(folder), force, dequantize, signal },
      ...(accuracy === undefined ? {} : { accuracyLevel: accuracy === "0" ? 0 : 4 }),
      ...(type === undefined ? {} : { type }),
      onProgress({ writtenBytes, totalBytes }) {
        line.show(`Converting ${Math.floor((100 * writtenBytes) / totalBytes)} %  ${formatSize(writtenBytes)} of ${formatSize(totalBytes)}`);
      },
    });
    line.end();
    const sizeBytes = result.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    if (options.json) session.stdout.write(`${JSON.stringify({ folder, ...result })}\n`);
    else
      session.stdout.write(
        `Wrote ${folder} (${formatSize(sizeBytes)}): ${result.lossless ? "every number is kept." : "numbers were rounded to fewer bits."}\n`,
      );
  } catch (error) {
    line.end();
    if (signal.aborted) session.stderr.write("Nothing was written.\n");
    throw error;
  }
}

/** A path has a separator or is there; anything else is installed. */
async function filesOf(session: Session, name: string, options: GlobalOptions): Promise<readonly ModelFile[]> {
  const platform = openPlatform(session, options);
  if (/[\\/]/.test(name) || existsSync(name)) {
    const files = await platform.openLocal?.(name);
    return (files ?? []).filter(({ path }, _, all) => all.length === 1 || path.toLowerCase().endsWith(".gguf"));
  }
  const { model, variant } = splitInstalledName(name);
  const store = createStore(platform);
  const record = await store.find(model, variant);
  if (!record) throw new TenfoldError("not-installed", `${name} is not installed, and there is no file of that name.`);
  if (record.variant.format !== "gguf") throw new TenfoldError("unsupported-format", `${name} is ${record.variant.format}; GGUF can be converted.`);
  return store.open(record).files;
}

function notFor(flag: string, target: string): TenfoldError {
  return new TenfoldError("invalid-input", `${flag} is for --to ${target}.`, { remedy: "Leave it out." });
}
