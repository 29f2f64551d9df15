import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { type ChatConfig, readChatConfig, readShards } from "./chat-config.ts";

export interface MlcFiles {
  readonly config: ChatConfig;
  /** Bytes of all shards. */
  readonly weightsBytes: number;
  /** By the names that web-llm asks for. A shard is held against its digest as it is read. */
  readonly served: ReadonlyMap<string, () => Promise<Uint8Array>>;
}

/**
 * The files of an MLC folder that was validated.
 * @throws TenfoldError `invalid-format`.
 */
export async function readMlcFiles({ files }: InstalledModel): Promise<MlcFiles> {
  const config = files.find(({ path }) => /(?:^|\/)mlc-chat-config\.json$/.test(path));
  const folder = config?.path.slice(0, -"mlc-chat-config.json".length) ?? "";
  const named = (name: string) => files.find(({ path }) => path === folder + name);
  const cache = named("tensor-cache.json") ?? named("ndarray-cache.json");
  if (!config || !cache) throw new TenfoldError("invalid-format", "The folder has no mlc-chat-config.json with a tensor-cache.json.", { framework: "mlc-llm" });
  const [chat, shards] = await Promise.all([readChatConfig(config), readShards(cache)]);
  const served = new Map<string, () => Promise<Uint8Array>>();
  for (const file of files) if (file.path.startsWith(folder)) served.set(file.path.slice(folder.length), () => file.read());
  // Libraries look for the newer name, whatever the folder calls it.
  served.set("tensor-cache.json", () => cache.read());
  for (const { dataPath, md5sum } of shards) {
    const file = named(dataPath);
    if (file) served.set(dataPath, () => readShard(file, md5sum));
  }
  return { config: chat, weightsBytes: shards.reduce((sum, { nbytes }) => sum + nbytes, 0), served };
}

/** A file of the store has a digest that was checked, and a better one. */
async function readShard(file: InstalledFile, md5sum: string | undefined): Promise<Uint8Array> {
  const bytes = await file.read();
  if (bytes.length !== file.sizeBytes) throw damaged(file, `has ${bytes.length} bytes in place of ${file.sizeBytes}`);
  if (file.sha256 !== undefined || md5sum === undefined) return bytes;
  const found = bytesToHex(md5(bytes));
  if (found !== md5sum.toLowerCase()) throw damaged(file, `has the MD5 ${found} in place of ${md5sum}`);
  return bytes;
}

const damaged = ({ path }: InstalledFile, what: string) => new TenfoldError("digest-mismatch", `${path} ${what}.`, { framework: "mlc-llm", stage: "loading" });
