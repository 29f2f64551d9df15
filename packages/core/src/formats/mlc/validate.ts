import type { ModelMetadata } from "../../contract/installed-model.ts";
import { readConfig } from "../config.ts";
import { beside, folderOf } from "../folder.ts";
import type { ModelFile } from "../format-handler.ts";
import { createRefusal, shown } from "../invalid-format.ts";
import { isObject, type JsonObject, readJsonFile } from "../json-text.ts";

const refuse = createRefusal("MLC folder");
const cacheNames = ["tensor-cache.json", "ndarray-cache.json"];
const mostRecords = 262_144;

/** Bytes of one element, for the types that are stored; "f32-to-bf16" stores 2 bytes of a float32. */
const typeBytes: ReadonlyMap<string, number> = new Map([
  ["float16", 2],
  ["bfloat16", 2],
  ["float32", 4],
  ["float64", 8],
  ["float8_e4m3fn", 1],
  ["e4m3_float8", 1],
  ["float8_e5m2", 1],
  ["e5m2_float8", 1],
  ["int8", 1],
  ["uint8", 1],
  ["int16", 2],
  ["uint16", 2],
  ["int32", 4],
  ["uint32", 4],
  ["int64", 8],
  ["uint64", 8],
  ["bool", 1],
] as const);

/**
 * Checks a folder that MLC compiled a model's weights into: its configuration, and that every shard is there with the bytes of the
 * tensors in it.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateMlc(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  const configs = files.filter((file) => /(?:^|\/)mlc-chat-config\.json$/.test(file.path));
  const [config] = configs;
  if (!config || configs.length > 1) throw refuse(`there are ${configs.length} mlc-chat-config.json files, expected one`);
  const caches = cacheNames.map((name) => beside(files, config.path, name)).filter((file) => file !== undefined);
  if (caches.length === 0) throw refuse(`it has neither ${cacheNames.join(" nor ")}`, { file: config.path });
  const chat = await readJsonFile(config, refuse);
  for (const cache of caches) {
    signal?.throwIfAborted();
    await checkCache(cache, files);
  }
  const { metadata } = await readConfig(files, config.path, refuse);
  return { format: "mlc", ...metadata, ...describe(chat, config.path) };
}

function describe(chat: JsonObject, file: string): Partial<ModelMetadata> {
  const model = isObject(chat.model_config) ? chat.model_config : {};
  const count = (name: keyof ModelMetadata, value: unknown) => {
    if (value === undefined || value === null || value === -1) return {};
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31) return { [name]: value };
    throw refuse(`${name} is ${shown(String(value))}, expected a whole number`, { file });
  };
  return {
    ...(typeof chat.model_type === "string" ? { architecture: chat.model_type } : {}),
    ...(typeof chat.quantization === "string" ? { quantization: chat.quantization } : {}),
    ...count("contextLength", chat.context_window_size ?? model.context_window_size),
    ...count("vocabularySize", chat.vocab_size ?? model.vocab_size),
    ...count("embeddingLength", model.hidden_size),
    ...count("layerCount", model.num_hidden_layers),
  };
}

async function checkCache(cache: ModelFile, files: readonly ModelFile[]): Promise<void> {
  const where = { file: cache.path };
  const { records } = await readJsonFile(cache, refuse);
  if (!Array.isArray(records) || records.length === 0) throw refuse("it lists no shards", where);
  const [paths, names] = [new Set<string>(), new Set<string>()];
  for (const shard of records as unknown[]) {
    if (!isObject(shard) || typeof shard.dataPath !== "string") throw refuse("a shard has no dataPath", where);
    const { dataPath, nbytes, md5sum } = shard;
    if (/\\|^\/|(?:^|\/)\.{0,2}(?:\/|$)/.test(dataPath)) throw refuse(`the shard ${shown(dataPath)} is no file of the folder`, where);
    if (paths.has(dataPath)) throw refuse(`the shard ${shown(dataPath)} is listed twice`, where);
    paths.add(dataPath);
    const file = files.find((candidate) => candidate.path === folderOf(cache.path) + dataPath);
    if (!file) throw refuse(`the shard ${shown(dataPath)} is not there`, where);
    if (file.sizeBytes !== nbytes) throw refuse(`the shard ${shown(dataPath)} has ${file.sizeBytes} bytes and should have ${shown(String(nbytes))}`, where);
    if (md5sum !== undefined && !(typeof md5sum === "string" && /^[0-9a-f]{32}$/i.test(md5sum)))
      throw refuse(`the shard ${shown(dataPath)} has no proper md5sum`, where);
    checkRecords(shard.records, { file: cache.path, shard: dataPath, shardBytes: file.sizeBytes, names });
  }
}

function checkRecords(records: unknown, { file, shard, shardBytes, names }: { file: string; shard: string; shardBytes: number; names: Set<string> }): void {
  if (!Array.isArray(records)) throw refuse(`the shard ${shown(shard)} lists no tensors`, { file });
  let end = 0;
  for (const record of records as unknown[]) {
    const name = isObject(record) && typeof record.name === "string" ? record.name : "";
    const wrong = (what: string) => refuse(`the tensor ${shown(name)} of ${shown(shard)} ${what}`, { file, name });
    if (!isObject(record) || !name) throw wrong("has no name");
    if (names.has(name)) throw wrong("occurs twice");
    if (names.size >= mostRecords) throw refuse(`it lists more than ${mostRecords} tensors`, { file });
    names.add(name);
    const { shape, dtype, format, nbytes, byteOffset } = record;
    const elementBytes = format === "f32-to-bf16" && dtype === "float32" ? 2 : typeBytes.get(String(dtype));
    if (elementBytes === undefined) throw wrong(`is of the unknown type ${shown(String(dtype))}`);
    if (!Array.isArray(shape) || !shape.every((length: unknown) => Number.isSafeInteger(length) && Number(length) >= 0)) throw wrong("has an impossible shape");
    const sizeBytes = (shape as number[]).reduce((product, length) => product * length, elementBytes);
    if (nbytes !== sizeBytes) throw wrong(`needs ${sizeBytes} bytes and is given ${shown(String(nbytes))}`);
    if (typeof byteOffset !== "number" || byteOffset !== end) throw wrong(`begins at ${shown(String(byteOffset))}, expected ${end}`);
    end += sizeBytes;
    if (end > shardBytes) throw wrong(`ends at ${end}, beyond the ${shardBytes} bytes of its shard`);
  }
}
