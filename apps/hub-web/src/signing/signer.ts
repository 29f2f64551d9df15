import { TenfoldError } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import type { Log } from "../log.ts";
import { isDevelopmentRoot } from "./create-root.ts";
import { fingerprintOf } from "./describe-keys.ts";
import { createDevelopmentKeys } from "./development-keys.ts";
import { type KeyFolder, readRootBytes } from "./key-folder.ts";
import { signCatalog } from "./sign-catalog.ts";

/** What visitors are told of the keys. */
export interface Trust {
  readonly rootFingerprint: string;
  readonly rootVersion: number;
  readonly isDevelopment: boolean;
  /** ISO 8601 in UTC. */
  readonly rootExpires: string;
}

export interface Signer {
  /** Signs what has changed or will soon run out. */
  sign(): Promise<void>;
  /** Undefined while nothing is signed. */
  trust(): Promise<Trust | undefined>;
}

export interface SignerOptions {
  readonly database: Database;
  readonly keys: KeyFolder;
  readonly isProduction: boolean;
  readonly log: Log;
  readonly clock: () => Date;
}

/**
 * Signs what this hub publishes; a hub that has no keys makes some for development.
 * @throws TenfoldError `invalid-input` when it is to be used in production without keys that a person made.
 */
export async function openSigner({ database, keys, isProduction, log, clock }: SignerOptions): Promise<Signer> {
  async function trust(): Promise<Trust | undefined> {
    const row = await database.signedMetadata.findFirst({ where: { role: "root" }, orderBy: { version: "desc" } });
    if (!row) return undefined;
    const root = readRootBytes(row.bytes, `root ${row.version} of the database`);
    return {
      rootFingerprint: fingerprintOf(root),
      rootVersion: row.version,
      isDevelopment: isDevelopmentRoot(root),
      rootExpires: root.signed.expires,
    };
  }

  const [newestOwn] = (await keys.roots()).slice(-1);
  const isNew = newestOwn === undefined && (await trust()) === undefined;
  if (isProduction && (isNew || (newestOwn ? isDevelopmentRoot(newestOwn) : (await trust())?.isDevelopment))) {
    throw new TenfoldError("invalid-input", "In production a hub needs keys that a person made; there are none, or only those for development.", {
      remedy: "Make them: tenfold-hub keys init (docs/trust.md says how).",
    });
  }
  if (isNew) {
    await createDevelopmentKeys(keys, clock());
    log.info(`made development keys in ${keys.path}: fine for trying things out, refused in production`);
  }

  async function sign(): Promise<void> {
    const signed = await database.$transaction((transaction) => signCatalog(transaction, { keys, now: clock(), log }), { timeout: 120_000 });
    if (signed) log.info("signed what is published");
  }
  await sign();
  return { sign, trust };
}
