import { TenfoldError } from "@tenfold/catalog";
import type { Platform } from "../platform/platform.ts";
import { fetchMetadata } from "./fetch-metadata.ts";
import {
  type Envelope,
  metadataLimits,
  type Root,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Snapshot,
  type TargetFile,
  type Targets,
  type Timestamp,
} from "./metadata.ts";
import { requireSignatures } from "./require-signatures.ts";
import { untrusted } from "./trust-refusal.ts";
import { createTrustStateFile, type TrustState } from "./trust-state.ts";
import { acceptSnapshot, acceptTargets, acceptTimestamp, nextRoot, openRoot, requireFresh, rootFingerprint, targetsOf } from "./trusted-metadata.ts";

export interface TrustClientOptions {
  /** Where the metadata lie: "https://hub.example.org/tuf". */
  metadataUrl: string;
  /** Folder of the store that the state is kept in: "trust/hub.example.org". */
  folder: string;
  platform: Pick<Platform, "files" | "fetch" | "clock" | "sha256">;
  /** SHA-256 of the signed part of the root that trust begins with. Absent: the root of the first visit, and of every later one. */
  fingerprint?: string | undefined;
  /** The root that trust begins with, for whoever has it already. */
  root?: Uint8Array | undefined;
  /**
   * What `fetch` answers was carried here from a device that saw the hub: the row of roots begins with this one, and the timestamp, which holds
   * for a day, need not be fresh. Snapshot, targets and root must be.
   */
  carried?: { oldestRoot: number } | undefined;
}

/** What a hub's keys vouch for. */
export interface Trusted {
  /** By path. */
  readonly targets: ReadonlyMap<string, TargetFile>;
  /** Of the root that trust began with here. */
  readonly pinnedFingerprint: string;
  /** Of the root that holds now. */
  readonly rootFingerprint: string;
  readonly rootVersion: number;
  /** The keys were made without a person and prove nothing about who the hub is. */
  readonly isDevelopment: boolean;
  /** Nobody named the root: it was taken as it came, just now. */
  readonly isFirstUse: boolean;
}

/** The same from an earlier visit. */
export interface LastKnown extends Trusted {
  /** After this moment it should no longer be relied on for anything new: ISO 8601 in UTC. */
  readonly expires: string;
}

/** Follows what one hub publishes, as The Update Framework (1.0) describes it: top-level targets, Ed25519, consistent snapshots. */
export interface TrustClient {
  /**
   * Asks the hub for everything that is newer, and remembers it.
   * @throws TenfoldError `catalog-unreachable`; `untrusted-catalog` or `expired-catalog` when what comes may not be believed: nothing of that is kept.
   */
  refresh(signal?: AbortSignal): Promise<Trusted>;
  /** What was verified last, without asking anybody. Undefined when there is nothing, or the root's keys no longer vouch for it. */
  lastKnown(): Promise<LastKnown | undefined>;
}

const mostRootRotations = 256;

interface Known {
  pinnedFingerprint: string;
  root: Envelope<Root>;
  passedRoots: readonly string[];
  timestamp?: Envelope<Timestamp>;
  snapshot?: Envelope<Snapshot>;
  targets?: Envelope<Targets>;
  isFirstUse?: boolean;
}

export function createTrustClient({ metadataUrl, folder, platform, fingerprint, root: givenRoot, carried }: TrustClientOptions): TrustClient {
  const { clock, fetch } = platform;
  const file = createTrustStateFile(platform, folder);

  const fetchRoot = (version: number, signal: AbortSignal | undefined) =>
    fetchMetadata(fetch, `${metadataUrl}/${version}.root.json`, metadataLimits.root, signal);

  async function fetchNamed(name: string, limitBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const bytes = await fetchMetadata(fetch, `${metadataUrl}/${name}`, limitBytes, signal);
    if (!bytes) throw new TenfoldError("catalog-unreachable", `${metadataUrl} has no ${name}.`);
    return bytes;
  }

  async function load(): Promise<Known | undefined> {
    const state = await file.read();
    const known = state && knownOf(state);
    // A person who names another root begins anew.
    return known && (fingerprint === undefined || fingerprint === known.pinnedFingerprint) ? known : givenRoot && startWith(openRoot(givenRoot));
  }

  function startWith(root: Envelope<Root>): Known {
    const found = rootFingerprint(root);
    if (fingerprint !== undefined && found !== fingerprint) throw untrusted("wrong-root", `The root that was given has the fingerprint ${found}.`);
    return { pinnedFingerprint: found, root, passedRoots: [] };
  }

  /** The root of the pinned fingerprint, wherever it is in the hub's row of roots; without a pin, the first. */
  async function firstRoot(signal: AbortSignal | undefined): Promise<Known> {
    const oldest = carried?.oldestRoot ?? 1;
    for (let version = oldest; version < oldest + mostRootRotations; version += 1) {
      const bytes = await fetchRoot(version, signal);
      if (!bytes && version === oldest) throw untrusted("unsigned", `${metadataUrl} holds no signed catalog.`);
      if (!bytes) break;
      const root = openRoot(bytes);
      if (fingerprint === undefined) return { ...startWith(root), isFirstUse: true };
      if (rootFingerprint(root) === fingerprint) return startWith(root);
    }
    throw untrusted("wrong-root", `None of the roots at ${metadataUrl} has the fingerprint ${fingerprint} that was pinned.`);
  }

  async function newestRoot({ root: trusted, passedRoots: passed }: Known, signal: AbortSignal | undefined): Promise<Pick<Known, "root" | "passedRoots">> {
    let root = trusted;
    const passedRoots = [...passed];
    for (let count = 0; count < mostRootRotations; count += 1) {
      const bytes = await fetchRoot(root.signed.version + 1, signal);
      if (!bytes) break;
      passedRoots.push(textOf(root));
      root = nextRoot(root, bytes);
    }
    return { root, passedRoots };
  }

  const save = ({ pinnedFingerprint, root, passedRoots, timestamp, snapshot, targets }: Known) =>
    file.write({
      schemaVersion: 1,
      pinnedFingerprint,
      root: textOf(root),
      passedRoots: [...passedRoots],
      ...(timestamp ? { timestamp: textOf(timestamp) } : {}),
      ...(snapshot ? { snapshot: textOf(snapshot) } : {}),
      ...(targets ? { targets: textOf(targets) } : {}),
    });

  async function refresh(signal: AbortSignal | undefined): Promise<Trusted> {
    const nowMs = Date.parse(clock.timestamp());
    const stored = await load();
    let known = stored ?? (await firstRoot(signal));
    const { root, passedRoots } = await newestRoot(known, signal);
    if (root !== known.root || known !== stored) {
      known = { ...signedBy(root, known), passedRoots, ...(known.isFirstUse ? { pinnedFingerprint: rootFingerprint(root), isFirstUse: true } : {}) };
      // Of a hub that nobody vouched for, nothing is kept before all of it has been verified.
      if (!known.isFirstUse) await save(known);
    }
    requireFresh(root, nowMs);

    const timestamp = acceptTimestamp(root.signed, known.timestamp, await fetchNamed("timestamp.json", metadataLimits.timestamp, signal));
    if (!carried) requireFresh(timestamp, nowMs);
    const named = timestamp.signed.meta["snapshot.json"];
    if (timestamp !== known.timestamp) {
      known = { ...known, timestamp };
      if (!known.isFirstUse) await save(known);
    }

    let { snapshot, targets } = known;
    if (snapshot?.signed.version !== named.version) {
      const limit = Math.min(named.length ?? metadataLimits.snapshot, metadataLimits.snapshot);
      snapshot = acceptSnapshot(root.signed, timestamp.signed, snapshot, await fetchNamed(`${named.version}.snapshot.json`, limit, signal));
      requireFresh(snapshot, nowMs);
      known = { ...known, snapshot };
      if (!known.isFirstUse) await save(known);
    }
    requireFresh(snapshot, nowMs);

    const { version, length } = targetsOf(snapshot.signed);
    if (targets?.signed.version !== version) {
      const limit = Math.min(length ?? metadataLimits.targets, metadataLimits.targets);
      targets = acceptTargets(root.signed, snapshot.signed, await fetchNamed(`${version}.targets.json`, limit, signal));
      requireFresh(targets, nowMs);
      known = { ...known, targets };
      await save(known);
    }
    requireFresh(targets, nowMs);
    return trustedOf(known, targets);
  }

  return {
    refresh,
    async lastKnown() {
      const known = await load();
      if (!known?.targets || !known.snapshot) return undefined;
      const expires = [known.root, known.snapshot, known.targets]
        .map(({ signed }) => signed.expires)
        .sort((left, right) => Date.parse(left) - Date.parse(right));
      return { ...trustedOf(known, known.targets), expires: expires[0] ?? "" };
    },
  };
}

function knownOf(state: TrustState): Known | undefined {
  const root = readStored(state.root, openRoot);
  if (!root) return undefined;
  const timestamp = readStored(state.timestamp, readTimestamp);
  const snapshot = readStored(state.snapshot, readSnapshot);
  const targets = readStored(state.targets, readTargets);
  return signedBy(root, {
    pinnedFingerprint: state.pinnedFingerprint,
    root,
    passedRoots: state.passedRoots ?? [],
    ...(timestamp ? { timestamp } : {}),
    ...(snapshot ? { snapshot } : {}),
    ...(targets ? { targets } : {}),
  });
}

function readStored<Signed>(text: string | undefined, read: (bytes: Uint8Array) => Envelope<Signed>): Envelope<Signed> | undefined {
  if (text === undefined) return undefined;
  try {
    return read(new TextEncoder().encode(text));
  } catch (error) {
    if (TenfoldError.is(error, "untrusted-catalog")) return undefined;
    throw error;
  }
}

/** What is known as far as this root's keys vouch for it: what keys had signed that were since replaced is no measure for anything. */
function signedBy(root: Envelope<Root>, { pinnedFingerprint, passedRoots, timestamp, snapshot, targets }: Known): Known {
  const holds = (role: "timestamp" | "snapshot" | "targets", envelope: Envelope<unknown> | undefined) => {
    try {
      if (envelope) requireSignatures(root.signed, role, envelope);
      return envelope !== undefined;
    } catch (error) {
      if (TenfoldError.is(error, "untrusted-catalog")) return false;
      throw error;
    }
  };
  return {
    pinnedFingerprint,
    root,
    passedRoots,
    ...(timestamp && holds("timestamp", timestamp) ? { timestamp } : {}),
    ...(snapshot && holds("snapshot", snapshot) ? { snapshot } : {}),
    ...(targets && holds("targets", targets) ? { targets } : {}),
  };
}

function trustedOf({ pinnedFingerprint, root, isFirstUse = false }: Known, { signed }: Envelope<Targets>): Trusted {
  return {
    targets: new Map(Object.entries(signed.targets)),
    pinnedFingerprint,
    rootFingerprint: rootFingerprint(root),
    rootVersion: root.signed.version,
    isDevelopment: root.signed["x-tenfold-development"] ?? false,
    isFirstUse,
  };
}

const textOf = ({ bytes }: Envelope<unknown>) => new TextDecoder().decode(bytes);
