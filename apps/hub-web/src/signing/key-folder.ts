import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { Metadata, MetadataKind, type Root } from "@tufjs/models";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import type { SigningKey } from "./signing-key.ts";

export type OnlineRole = "targets" | "snapshot" | "timestamp";
export const onlineRoles = ["targets", "snapshot", "timestamp"] as const satisfies readonly OnlineRole[];

/** `keys` in the data folder: the roots, public, and the keys that a hub signs with by itself. */
export interface KeyFolder {
  /** Every root from 1 on. @throws TenfoldError `storage-failed` when the row is broken. */
  roots(): Promise<readonly Metadata<Root>[]>;
  writeRoot(root: Metadata<Root>): Promise<void>;
  /** A root that still lacks signatures. */
  draft(): Promise<Metadata<Root> | undefined>;
  writeDraft(root: Metadata<Root> | undefined): Promise<void>;
  /** Those of a role's keys that are here. Only targets may be under a passphrase. */
  keysOf(root: Metadata<Root>, role: OnlineRole): Promise<SigningKey[]>;
  writeKey(role: OnlineRole, key: SigningKey): Promise<void>;
  /** Throws away everything: what is signed from now on begins with a new root. */
  clear(): Promise<void>;
  readonly path: string;
}

/** @param passphrase of the targets key; without one it lies plain. */
export function openKeyFolder(dataFolder: string, passphrase?: string): KeyFolder {
  const path = join(dataFolder, "keys");
  const rootFolder = join(path, "root");
  const draftPath = join(path, "draft.root.json");
  const passphraseOf = (role: OnlineRole) => (role === "targets" ? passphrase : undefined);

  return {
    path,
    async roots() {
      const names = await readdir(rootFolder).catch((): string[] => []);
      const count = names.filter((name) => /^\d+\.root\.json$/.test(name)).length;
      return Promise.all(Array.from({ length: count }, (_, index) => readRootFile(join(rootFolder, `${index + 1}.root.json`))));
    },
    writeRoot: (root) => writeWhole(rootFolder, `${root.signed.version}.root.json`, metadataBytes(root)),
    async draft() {
      const names = await readdir(path).catch((): string[] => []);
      return names.includes("draft.root.json") ? readRootFile(draftPath) : undefined;
    },
    writeDraft: (root) => (root ? writeWhole(path, "draft.root.json", metadataBytes(root)) : rm(draftPath, { force: true })),
    async keysOf(root, role) {
      const found: SigningKey[] = [];
      const names = await readdir(path).catch((): string[] => []);
      for (const keyId of root.signed.roles[role]?.keyIDs ?? []) {
        const name = keyFileName(role, keyId);
        if (names.includes(name)) found.push(await readKeyFile(join(path, name), passphraseOf(role)));
      }
      return found;
    },
    writeKey: (role, key) => writeKeyFile(join(path, keyFileName(role, key.key.keyID)), key, passphraseOf(role)),
    clear: () => rm(path, { recursive: true, force: true }),
  };
}

const keyFileName = (role: OnlineRole, keyId: string) => `${role}-${keyId.slice(0, 16)}.json`;

export function metadataBytes(metadata: { toJSON(): unknown }): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(metadata.toJSON()));
}

/** @throws TenfoldError `storage-failed`. */
export function readRootBytes(bytes: Uint8Array, what: string): Metadata<Root> {
  try {
    return Metadata.fromJSON(MetadataKind.Root, JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    throw new TenfoldError("storage-failed", `${what} is no root: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function readRootFile(path: string): Promise<Metadata<Root>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new TenfoldError("storage-failed", `The root ${path} is missing.`, { cause, remedy: "Bring it back from a backup: roots are public." });
  });
  return readRootBytes(bytes, path);
}

async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${name}.part`), bytes, { flush: true } as { flush: boolean });
  await rename(join(folder, `${name}.part`), join(folder, name));
}
