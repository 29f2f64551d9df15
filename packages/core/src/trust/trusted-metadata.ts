import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { canonicalMetadata } from "./canonical-metadata.ts";
import {
  type Envelope,
  type MetaFile,
  type Root,
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "./metadata.ts";
import { requireSignatures } from "./require-signatures.ts";
import { expired, untrusted } from "./trust-refusal.ts";

/** What a root is called by people: SHA-256 of its signed part, so that a further signature does not change it. */
export function rootFingerprint(root: Envelope<Root>): string {
  return bytesToHex(sha256(canonicalMetadata(root.raw)));
}

/** A root that enough of its own keys have signed, whoever they belong to. @throws TenfoldError `untrusted-catalog`. */
export function openRoot(bytes: Uint8Array): Envelope<Root> {
  const root = readRoot(bytes);
  requireSignatures(root.signed, "root", root);
  return root;
}

/** The root after `trusted`: signed by the keys of both. @throws TenfoldError `untrusted-catalog`. */
export function nextRoot(trusted: Envelope<Root>, bytes: Uint8Array): Envelope<Root> {
  const next = readRoot(bytes);
  requireSignatures(trusted.signed, "root", next);
  if (next.signed.version !== trusted.signed.version + 1) {
    throw untrusted("rollback", `Root ${trusted.signed.version + 1} was asked for, and root ${next.signed.version} came.`);
  }
  requireSignatures(next.signed, "root", next);
  return next;
}

/** @throws TenfoldError `expired-catalog`. */
export function requireFresh({ signed }: Envelope<{ _type: string; expires: string }>, nowMs: number): void {
  if (nowMs >= Date.parse(signed.expires)) throw expired(`${signed._type} metadata`, signed.expires);
}

/** The newest timestamp; `known` itself when its version came again. Expiry is the caller's affair. @throws TenfoldError `untrusted-catalog`. */
export function acceptTimestamp(root: Root, known: Envelope<Timestamp> | undefined, bytes: Uint8Array): Envelope<Timestamp> {
  const found = readTimestamp(bytes);
  requireSignatures(root, "timestamp", found);
  if (!known) return found;
  if (found.signed.version === known.signed.version) return known;
  refuseOlder("timestamp", found.signed.version, known.signed.version);
  refuseOlder("snapshot", found.signed.meta["snapshot.json"].version, known.signed.meta["snapshot.json"].version);
  return found;
}

/** The snapshot that a timestamp names, with nothing in it older than in `known`. @throws TenfoldError `untrusted-catalog`. */
export function acceptSnapshot(root: Root, timestamp: Timestamp, known: Envelope<Snapshot> | undefined, bytes: Uint8Array): Envelope<Snapshot> {
  const named = timestamp.meta["snapshot.json"];
  requireContent("snapshot", named, bytes);
  const found = readSnapshot(bytes);
  requireSignatures(root, "snapshot", found);
  requireVersion("snapshot", found.signed.version, named);
  for (const [name, { version }] of Object.entries(known?.signed.meta ?? {})) {
    const now = Object.hasOwn(found.signed.meta, name) ? found.signed.meta[name] : undefined;
    if (!now) throw untrusted("rollback", `The snapshot no longer names ${name}.`);
    refuseOlder(name, now.version, version);
  }
  return found;
}

/** The targets that a snapshot names. @throws TenfoldError `untrusted-catalog`. */
export function acceptTargets(root: Root, snapshot: Snapshot, bytes: Uint8Array): Envelope<Targets> {
  const named = targetsOf(snapshot);
  requireContent("targets", named, bytes);
  const found = readTargets(bytes);
  requireSignatures(root, "targets", found);
  requireVersion("targets", found.signed.version, named);
  return found;
}

export function targetsOf(snapshot: Snapshot): MetaFile {
  const named = snapshot.meta["targets.json"];
  if (!named) throw untrusted("malformed", "The snapshot names no targets.");
  return named;
}

function refuseOlder(what: string, version: number, known: number): void {
  if (version < known) throw untrusted("rollback", `Version ${version} of ${what} came, and version ${known} was seen before.`);
}

function requireVersion(what: string, version: number, named: MetaFile): void {
  if (version !== named.version) throw untrusted("mix-and-match", `Version ${version} of ${what} came, and version ${named.version} is named.`);
}

function requireContent(what: string, { length, hashes }: MetaFile, bytes: Uint8Array): void {
  if (length !== undefined && bytes.length !== length) throw untrusted("mix-and-match", `The ${what} metadata have ${bytes.length} bytes, expected ${length}.`);
  if (hashes === undefined) return;
  if (hashes.sha256 !== bytesToHex(sha256(bytes))) throw untrusted("mix-and-match", `The ${what} metadata are not those that are named.`);
}
