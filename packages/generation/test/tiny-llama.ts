import { readFileSync } from "node:fs";
import type { LogitsModel } from "../src/loop/logits-model.ts";
import { createLlama, type LlamaOptions } from "./llama.ts";

export type { LlamaOptions as TinyLlamaOptions } from "./llama.ts";

const models = new URL("../../adapter-testkit/models/tenfold-tiny/", import.meta.url);

/** The tiny model of the adapter kit, or the one that drafts for it. */
export function createTinyLlama({ folder = "hf", ...options }: LlamaOptions & { folder?: "hf" | "draft" } = {}): LogitsModel {
  const config = JSON.parse(readFileSync(new URL(`${folder}/config.json`, models), "utf8"));
  return createLlama(config, readFileSync(new URL(`${folder}/model.safetensors`, models)), options);
}
