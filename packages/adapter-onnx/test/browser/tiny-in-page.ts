/// <reference lib="dom" />
import { installedFromBlobs } from "@tenfold/adapter-testkit/browser";
import type { InstalledModel } from "@tenfold/core";

const beside = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

export const fetched = async (path: string): Promise<Blob> => (await fetch(path)).blob();

/** The tiny model as `variant` ("onnx", "onnx-gqa", "ort"), from the server. */
export function tinyInPage(variant: string): Promise<InstalledModel> {
  const format = variant === "ort" ? "ort" : "onnx";
  return fromServer([`/tiny/${variant}/model.${format}`, ...beside.map((name) => `/tiny/hf/${name}`)], format);
}

/** Files of one model, the graph first. */
export async function fromServer(paths: readonly string[], format: string): Promise<InstalledModel> {
  const blobs = await Promise.all(paths.map(async (path) => [path.slice(path.lastIndexOf("/") + 1), await fetched(path)] as const));
  return installedFromBlobs(Object.fromEntries(blobs), format);
}
