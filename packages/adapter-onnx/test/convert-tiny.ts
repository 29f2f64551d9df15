import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installedFromFiles, type TinyVariant, tinyModel } from "@tenfold/adapter-testkit/models";
import { type ConvertOptions, convertModel } from "@tenfold/convert";
import type { InstalledModel } from "@tenfold/core";
import { createNodeFiles } from "@tenfold/core/node";

/** Converts the tiny model into a folder below `home`: a graph with its weights beside it. */
export async function convertTiny(variant: TinyVariant, home: string, folder: string, options: Partial<ConvertOptions> = {}): Promise<void> {
  const { files } = await tinyModel(variant);
  await convertModel({ files, to: "onnx", target: createNodeFiles(home), folder, ...options });
}

/** All files of a folder as an installed model, the graph first. */
export async function installedFromFolder(folder: string): Promise<InstalledModel> {
  const names = (await readdir(folder)).sort((one, other) => Number(other.endsWith(".onnx")) - Number(one.endsWith(".onnx")));
  return installedFromFiles(
    names.map((name) => join(folder, name)),
    "onnx",
  );
}
