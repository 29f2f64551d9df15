import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InstalledModel } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { nodePlatform } from "@tenfold/core/node";
import { hollowLibrary } from "./hollow-library.ts";

const tokenizerFolder = new URL("../../adapter-testkit/models/tenfold-tiny/hf/", import.meta.url);
const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

export interface MlcFolderOptions {
  /** Path of the library in the folder. Default: where MLC would put it for web-llm 0.2.86. */
  libraryPath?: string;
  library?: Uint8Array;
  /** Further files, made of the library: by path. */
  more?: Readonly<Record<string, (library: Uint8Array) => Uint8Array>>;
  config?: object;
  shards?: number;
}

export interface MlcFolder {
  readonly folder: string;
  readonly paths: readonly string[];
  /** The folder as a model of this device. */
  open(): Promise<InstalledModel>;
  remove(): Promise<void>;
}

/** A folder as MLC compiles one: the tiny model's tokenizer, shards with digests but no tensors, and a library without kernels. */
export async function mlcFolder({
  libraryPath = "v0_2_86/base/hollow-webgpu.wasm",
  library = hollowLibrary(),
  more = {},
  config = {},
  shards = 3,
}: MlcFolderOptions = {}): Promise<MlcFolder> {
  const parent = await mkdtemp(join(tmpdir(), "tenfold-mlc-"));
  const folder = join(parent, "hollow");
  const written = new Map<string, Uint8Array | string>();
  const records = Array.from({ length: shards }, (_, index) => {
    const bytes = new Uint8Array(4096).fill(index + 1);
    const dataPath = `params_shard_${index}.bin`;
    written.set(dataPath, bytes);
    return { dataPath, format: "raw-shard", nbytes: bytes.length, records: [], md5sum: createHash("md5").update(bytes).digest("hex") };
  });
  written.set("tensor-cache.json", JSON.stringify({ metadata: {}, records }));
  written.set("mlc-chat-config.json", JSON.stringify({ ...chatConfig, ...config }));
  written.set(libraryPath, library);
  for (const [path, make] of Object.entries(more)) written.set(path, make(library));
  for (const [path, content] of written) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  for (const name of tokenizerFiles) await copyFile(fileURLToPath(new URL(name, tokenizerFolder)), join(folder, name));
  return {
    folder,
    paths: [...written.keys(), ...tokenizerFiles],
    async open() {
      const files = (await nodePlatform({ home: join(parent, "home") }).openLocal?.(folder)) ?? [];
      const metadata = await validateModel("mlc", files);
      return { id: "hollow", variant: { id: "local", format: "mlc", artifacts: [] }, metadata, files };
    },
    remove: () => rm(parent, { recursive: true }),
  };
}

const chatConfig = {
  model_type: "llama",
  quantization: "q0f32",
  vocab_size: 1024,
  context_window_size: 512,
  sliding_window_size: -1,
  attention_sink_size: -1,
  prefill_chunk_size: 128,
  tokenizer_files: ["tokenizer.json", "tokenizer_config.json"],
  conv_template: {
    name: "chatml",
    stop_str: [],
    stop_token_ids: [],
    roles: { user: "user", assistant: "assistant" },
    seps: [""],
    system_template: "",
    system_message: "",
  },
  model_config: { hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 16 },
};
