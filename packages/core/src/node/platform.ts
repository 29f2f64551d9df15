import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TenfoldError } from "@tenfold/catalog";
import type { LocalFile, Platform } from "../platform/platform.ts";
import { nodeDevice } from "./device/node-device.ts";
import { createNodeFiles } from "./files.ts";
import { httpGet } from "./http-get.ts";
import { readRange } from "./read-range.ts";
import { isMissing, storageError } from "./storage-error.ts";

export interface NodePlatformOptions {
  /** The folder of the store. */
  home: string;
  /** Used for all that is fetched, in place of Node's own: one that goes through a proxy, for example. */
  fetch?: typeof globalThis.fetch;
}

export function nodePlatform({ home, fetch }: NodePlatformOptions): Platform {
  return {
    name: "node",
    os: process.platform,
    architecture: process.arch,
    files: createNodeFiles(resolve(home)),
    fetch: fetch ?? globalThis.fetch,
    ...(fetch ? {} : { get: httpGet }),
    clock: {
      now: () => performance.now(),
      timestamp: () => new Date().toISOString(),
      sleep: (durationMs, signal) =>
        delay(durationMs, undefined, signal ? { signal } : {}).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw error;
        }),
    },
    sha256: () => {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest("hex") };
    },
    device: nodeDevice(),
    openLocal,
  };
}

async function openLocal(path: string): Promise<LocalFile[]> {
  const root = resolve(path);
  try {
    const found = await stat(root);
    if (!found.isDirectory()) return [localFile(root, root.slice(root.lastIndexOf(sep) + 1), found.size)];
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(files.sort().map(async (file) => localFile(file, relative(root, file).split(sep).join("/"), (await stat(file)).size)));
  } catch (error) {
    if (isMissing(error)) throw new TenfoldError("invalid-input", `There is no file or folder ${path}.`, { cause: error, remedy: "Check the path." });
    throw storageError(error, `open ${path}`);
  }
}

function localFile(location: string, path: string, sizeBytes: number): LocalFile {
  return { path, sizeBytes, read: (range) => readRange(location, range), location: () => location };
}
