import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { InstalledFile } from "@tenfold/core";
import type { LlamaContextSequence } from "node-llama-cpp";
import { z } from "zod";
import type { KeptCaches } from "../binding.ts";

const recordSchema = z.strictObject({ cacheKey: z.string().optional(), sha256: z.string().length(64) });

/** What was said stands in these files. */
const userOnly = 0o600;

interface CacheFolderOptions {
  folder: string;
  /** What a cache may be used with and nothing else: llama.cpp crashes over a cache of another model. */
  identity: unknown;
  sequences: readonly LlamaContextSequence[];
  log: (message: string) => void;
}

/**
 * Keeps the caches of a model's sequences in a folder: a state as llama.cpp writes it, and a record with its digest, without which or with
 * another it is not read.
 */
export function createCacheFolder({ folder, identity, sequences, log }: CacheFolderOptions): KeptCaches {
  const name = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
  const place = (index: number) => join(folder, `${name}-${index}`);

  async function restore(sequence: LlamaContextSequence, path: string): Promise<string | undefined> {
    const written = await readFile(`${path}.json`, "utf8").catch(() => undefined);
    if (written === undefined) return undefined;
    const record = recordSchema.parse(JSON.parse(written));
    if ((await digestOf(`${path}.state`)) !== record.sha256) throw new Error("its digest is another");
    await sequence.loadStateFromFile(`${path}.state`, { acceptRisk: true });
    return record.cacheKey;
  }

  async function keep(sequence: LlamaContextSequence, path: string, cacheKey: string | undefined): Promise<void> {
    if (sequence.contextTokens.length === 0) return;
    const written = `${path}-${randomUUID()}`;
    try {
      // llama.cpp makes files that everybody may read, and writes into one that is there.
      await writeFile(written, "", { mode: userOnly });
      await sequence.saveStateToFile(written);
      const record = { ...(cacheKey === undefined ? {} : { cacheKey }), sha256: await digestOf(written) };
      await writeFile(`${written}.json`, JSON.stringify(record), { mode: userOnly });
      await rename(written, `${path}.state`);
      await rename(`${written}.json`, `${path}.json`);
    } finally {
      await rm(written, { force: true });
      await rm(`${written}.json`, { force: true });
    }
  }

  return {
    async restore() {
      const keys: (string | undefined)[] = [];
      for (const [index, sequence] of sequences.entries()) {
        const restored = restore(sequence, place(index)).catch(async (error: unknown) => {
          log(`A kept cache is not used: ${error instanceof Error ? error.message : error}`);
          await sequence.clearHistory();
          return undefined;
        });
        keys.push(await restored);
      }
      return keys;
    },
    async keep(cacheKeys) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const [index, sequence] of sequences.entries()) await keep(sequence, place(index), cacheKeys[index]);
      } catch (error) {
        log(`The caches could not be kept: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}

/** What tells files from others: their digest, else where they lie and when they changed. */
export async function identityOf(files: readonly InstalledFile[]): Promise<unknown[]> {
  return Promise.all(files.map(async ({ sha256, location }) => sha256 ?? identityOfPath(location?.() ?? "")));
}

export async function identityOfPath(path: string): Promise<unknown> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, mtimeMs };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
