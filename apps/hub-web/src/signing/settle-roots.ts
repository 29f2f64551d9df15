import type { Metadata, Root } from "@tufjs/models";
import type { Transaction } from "../database/transaction.ts";
import type { Log } from "../log.ts";
import { isDevelopmentRoot } from "./create-root.ts";
import { type KeyFolder, metadataBytes, readRootBytes } from "./key-folder.ts";

/**
 * Brings the roots of the key folder into the database, where all hubs that share it serve them from, and answers the one that holds.
 * Undefined when there is none anywhere. Development keys give way to a person's; a person's to nothing but their own successors.
 */
export async function settleRoots(transaction: Transaction, { keys, log }: { keys: KeyFolder; log: Log }): Promise<Metadata<Root> | undefined> {
  const own = await keys.roots();
  const rows = await transaction.signedMetadata.findMany({ where: { role: "root" }, orderBy: { version: "asc" } });
  const published = rows.map(({ bytes, version }) => readRootBytes(bytes, `root ${version} of the database`));
  const [first] = published;
  const [ownFirst] = own;
  if (!ownFirst) return published.at(-1);
  if (first && textOf(first) !== textOf(ownFirst)) {
    if (!isDevelopmentRoot(first) || isDevelopmentRoot(ownFirst)) {
      log.warn(`what is published was signed under another root than those in ${keys.path}; this hub signs nothing`);
      return published.at(-1);
    }
    log.info("the development keys are gone: from now on the root of the key folder holds, and clients must pin it anew");
    await transaction.signedMetadata.deleteMany({ where: { role: "root" } });
    published.length = 0;
  }
  for (const root of own.slice(published.length)) {
    await transaction.signedMetadata.create({ data: { role: "root", version: root.signed.version, bytes: metadataBytes(root) } });
  }
  return own.length > published.length ? own.at(-1) : published.at(-1);
}

const textOf = (root: Metadata<Root>) => JSON.stringify(root.signed.toJSON());
