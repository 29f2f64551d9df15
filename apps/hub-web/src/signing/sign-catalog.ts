import { createHash } from "node:crypto";
import { releaseTargetPath } from "@tenfold/catalog";
import { Metadata, type MetadataKind, MetaFile, type Root, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import type { Transaction } from "../database/transaction.ts";
import type { Log } from "../log.ts";
import { waitForTurn } from "../publishing/wait-for-turn.ts";
import { lifetimesMs, specVersion } from "./create-root.ts";
import { type KeyFolder, metadataBytes, type OnlineRole } from "./key-folder.ts";
import { settleRoots } from "./settle-roots.ts";
import { addSignature } from "./signing-key.ts";

export interface SignCatalogOptions {
  readonly keys: KeyFolder;
  readonly now: Date;
  readonly log: Log;
}

type Signed = Targets | Snapshot | Timestamp;

/**
 * Signs what is published, as far as that is not signed already by the keys that hold now, with half of its lifetime left. Says whether
 * anything was. To be called in a transaction: after publishing, at start, and every hour.
 */
export async function signCatalog(transaction: Transaction, { keys, now, log }: SignCatalogOptions): Promise<boolean> {
  await waitForTurn(transaction);
  const root = await settleRoots(transaction, { keys, log });
  if (!root) return false;

  async function settle<Kind extends Signed>(role: OnlineRole, content: Kind): Promise<{ metadata: Metadata<Kind>; isNew: boolean } | undefined> {
    const known = await newest<Kind>(transaction, role);
    if (known && root && holds(root, role, known, content, now)) return { metadata: known, isNew: false };
    const signers = root ? await keys.keysOf(root, role) : [];
    if (signers.length < (root?.signed.roles[role]?.threshold ?? 1)) {
      log.warn(`the key for ${role} is not in ${keys.path}: what changed there is not signed by this hub`);
      return undefined;
    }
    const metadata = new Metadata(Object.assign(content, { version: (known?.signed.version ?? 0) + 1 }));
    for (const key of signers) addSignature(metadata, key);
    await transaction.signedMetadata.create({ data: { role, version: metadata.signed.version, bytes: metadataBytes(metadata) } });
    return { metadata, isNew: true };
  }

  const until = (role: OnlineRole) => ({ version: 1, specVersion, expires: new Date(now.getTime() + lifetimesMs[role]).toISOString() });
  const targets = await settle("targets", await targetsOf(transaction, until("targets")));
  if (!targets) return false;
  const snapshot = await settle("snapshot", new Snapshot({ ...until("snapshot"), meta: { "targets.json": metaOf(targets.metadata) } }));
  if (!snapshot) return false;
  const timestamp = await settle("timestamp", new Timestamp({ ...until("timestamp"), snapshotMeta: metaOf(snapshot.metadata) }));
  if (timestamp?.isNew) await transaction.signedMetadata.deleteMany({ where: { role: "timestamp", version: { lt: timestamp.metadata.signed.version } } });
  return timestamp?.isNew ?? false;
}

/** Every release, and which channels point to it. */
async function targetsOf(transaction: Transaction, common: ConstructorParameters<typeof Targets>[0]): Promise<Targets> {
  const targets = new Targets(common);
  const releases = await transaction.release.findMany({
    include: { channels: { orderBy: { id: "asc" } }, document: { select: { bytes: true } } },
    orderBy: { number: "asc" },
  });
  for (const { number, documentSha256, document, channels } of releases) {
    const custom = { number, channels: channels.map(({ id }) => id) };
    targets.addTarget(
      new TargetFile({
        path: releaseTargetPath(number),
        length: document.bytes.byteLength,
        hashes: { sha256: documentSha256 },
        unrecognizedFields: { custom },
      }),
    );
  }
  return targets;
}

async function newest<Kind extends Signed>(transaction: Transaction, role: OnlineRole): Promise<Metadata<Kind> | undefined> {
  const row = await transaction.signedMetadata.findFirst({ where: { role }, orderBy: { version: "desc" } });
  return row ? (Metadata.fromJSON(role as MetadataKind.Targets, JSON.parse(Buffer.from(row.bytes).toString("utf8"))) as unknown as Metadata<Kind>) : undefined;
}

/** Whether what is signed says the same, by keys that hold, for long enough. */
function holds(root: Metadata<Root>, role: OnlineRole, known: Metadata<Signed>, content: Signed, now: Date): boolean {
  const said = ({ version: _version, expires: _expires, ...rest }: Record<string, unknown>) => JSON.stringify(rest);
  if (said(known.signed.toJSON()) !== said(content.toJSON())) return false;
  if (Date.parse(known.signed.expires) - now.getTime() < lifetimesMs[role] / 2) return false;
  try {
    root.verifyDelegate(role, known);
    return true;
  } catch {
    return false;
  }
}

function metaOf(metadata: Metadata<Targets> | Metadata<Snapshot>): MetaFile {
  const bytes = metadataBytes(metadata);
  return new MetaFile({ version: metadata.signed.version, length: bytes.byteLength, hashes: { sha256: createHash("sha256").update(bytes).digest("hex") } });
}
