import { existsSync } from "node:fs";
import { TenfoldError } from "@tenfold/catalog";
import { type InspectTarget, inspectModel, type ModelInspection } from "@tenfold/core/inspect";
import { type GlobalOptions, openHuggingFace, openPlatform, type Session, splitInstalledName, splitModelName } from "../session.ts";
import { formatSize } from "../terminal/format-size.ts";
import { printable } from "../terminal/printable.ts";
import { formatTable } from "../terminal/table.ts";

export interface InspectOptions {
  variant?: string;
  tensors?: boolean;
  template?: boolean;
}

export async function inspect(session: Session, name: string, options: GlobalOptions & InspectOptions, signal: AbortSignal): Promise<void> {
  const { stdout } = session;
  const target = parseInspectTarget(name, options.variant);
  const inspection = await inspectModel(target, {
    platform: openPlatform(session, options),
    ...("repository" in target ? { huggingFace: openHuggingFace(session, options) } : {}),
    signal,
  });
  const { tensors, metadata, ...rest } = inspection;
  if (options.json) {
    stdout.write(`${JSON.stringify({ metadata, ...rest, ...(options.tensors && tensors ? { tensors } : {}) })}\n`);
    return;
  }
  if (options.template) {
    const { chatTemplate } = metadata;
    if (chatTemplate === undefined)
      throw new TenfoldError("invalid-input", `${name} brings no chat template.`, { remedy: "Look beside the file: it may lie in one of its own." });
    // A file or program gets it byte for byte.
    stdout.write(stdout.isTTY ? `${printable(chatTemplate)}\n` : chatTemplate);
    return;
  }
  stdout.write(describeInspection(inspection));
  if (!options.tensors) return;
  if (!tensors)
    throw new TenfoldError("unsupported-format", `Files of the format ${metadata.format} do not name their tensors.`, { remedy: "Leave --tensors out." });
  const rows = tensors.map(({ type, shape, sizeBytes, name: tensor }) => [type, shape.join(" × "), formatSize(sizeBytes), printable(tensor)]);
  stdout.write(`\n${formatTable(["TYPE", "SHAPE", "SIZE", "TENSOR"], rows, stdout.columns)}`);
}

/** An address says so; a path has a separator or is there; anything else is installed. */
export function parseInspectTarget(name: string, variant?: string): InspectTarget {
  const named = (split: { variant?: string }) => {
    const chosen = split.variant ?? variant;
    return chosen === undefined ? {} : { variant: chosen };
  };
  if (/^https?:\/\//.test(name)) return { url: name };
  if (name.startsWith("hf:")) {
    const split = splitModelName(name);
    return { repository: split.model, ...named(split) };
  }
  if (/[\\/]/.test(name) || existsSync(name)) return { path: name };
  const split = splitInstalledName(name);
  return { model: split.model, ...named(split) };
}

function describeInspection({ metadata, files, tensors, cost }: ModelInspection): string {
  const count = (value: number | undefined, unit = "") => (value === undefined ? undefined : `${value.toLocaleString("en")}${unit}`);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const { chatTemplate } = metadata;
  const facts: [string, string | undefined][] = [
    ["Name", metadata.name],
    ["Format", `${metadata.format}${metadata.validation === "opaque" ? " (no public specification: signature and size checked only)" : ""}`],
    ["Architecture", metadata.architecture],
    ["Parameters", count(metadata.parameterCount)],
    ["Quantization", metadata.quantization],
    ["Context", count(metadata.contextLength, " tokens")],
    ["Layers", count(metadata.layerCount)],
    ["Embedding", count(metadata.embeddingLength)],
    ["Vocabulary", count(metadata.vocabularySize, " tokens")],
    ["Chat template", chatTemplate === undefined ? "none" : `${count(chatTemplate.length)} characters (--template prints it)`],
    ["Tensors", tensors ? `${count(tensors.length)} (--tensors lists them)` : "not named by this format"],
    ["Size", `${formatSize(sizeBytes)} in ${files.length} ${files.length === 1 ? "file" : "files"}`],
    ...Object.entries(metadata.details ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
    ["Read", cost && `${formatSize(cost.receivedBytes)} of it, in ${cost.requests} ${cost.requests === 1 ? "request" : "requests"}`],
  ];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  const width = Math.max(...known.map(([label]) => label.length));
  return known.map(([label, value]) => `${label.padEnd(width)}  ${printable(value).replaceAll("\n", " ")}\n`).join("");
}
