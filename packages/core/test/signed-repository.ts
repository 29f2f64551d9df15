import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { releaseTargetPath } from "@tenfold/catalog";
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";

export type Role = "root" | "timestamp" | "snapshot" | "targets";

export interface SigningKey {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

const day = 86_400_000;
const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Wraps the 32 bytes of a seed as PKCS #8. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A key made of a word, the same every time; without one, a new one. */
export function signingKey(word?: string): SigningKey {
  const privateKey = word === undefined ? generateKeyPairSync("ed25519").privateKey : seededKey(word);
  const { x } = privateKey.export({ format: "jwk" }) as { x: string };
  const publicHex = Buffer.from(x, "base64url").toString("hex");
  return { privateKey, key: new Key({ keyID: sha256Of(Buffer.from(publicHex)), keyType: "ed25519", scheme: "ed25519", keyVal: { public: publicHex } }) };
}

function seededKey(word: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8, createHash("sha256").update(word).digest()]), format: "der", type: "pkcs8" });
}

/** Versions, lifetimes and keys as a test wants them; all of it may be changed between two calls of {@link SignedRepository.publish}. */
export interface SignedRepository {
  readonly keys: Record<Role, SigningKey[]>;
  readonly versions: Record<Role, number>;
  readonly expires: Record<Role, string>;
  readonly targets: Record<string, { bytes: Uint8Array; custom?: Record<string, number | string[]> }>;
  /** Who signs the next root besides its own keys. */
  previousRootKeys: readonly SigningKey[];
  /** How many of the root's keys sign it. Default: all. */
  rootSigners?: number;
  readonly files: Map<string, Uint8Array>;
  /** Signs everything as it stands and writes it over what is there; versions are the caller's affair. */
  publish(): void;
  /** One more version of everything but the root. */
  advance(): void;
  /** Writes one role again, as it stands. */
  write(role: Role): void;
}

/** A TUF repository with a 2-of-3 root, written by another implementation than the one under test. */
export function createSignedRepository({ nowMs = Date.now(), threshold = 2 }: { nowMs?: number; threshold?: number } = {}): SignedRepository {
  const until = (days: number) => new Date(nowMs + days * day).toISOString();
  const repository: SignedRepository = {
    keys: {
      root: ["root a", "root b", "root c"].map(signingKey),
      timestamp: [signingKey("timestamp")],
      snapshot: [signingKey("snapshot")],
      targets: [signingKey("targets")],
    },
    versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    expires: { root: until(365), timestamp: until(1), snapshot: until(30), targets: until(365) },
    targets: {},
    previousRootKeys: [],
    files: new Map(),
    publish() {
      for (const role of ["root", "targets", "snapshot", "timestamp"] as const) repository.write(role);
    },
    advance() {
      for (const role of ["timestamp", "snapshot", "targets"] as const) repository.versions[role] += 1;
      repository.publish();
    },
    write(role) {
      const signers = role === "root" ? [...repository.keys.root.slice(0, repository.rootSigners), ...repository.previousRootKeys] : repository.keys[role];
      const metadata = new Metadata(signed(role));
      for (const { key, privateKey } of new Set(signers)) {
        metadata.sign((data) => new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString("hex") }), true);
      }
      const name = role === "timestamp" ? "timestamp.json" : `${repository.versions[role]}.${role}.json`;
      repository.files.set(name, Buffer.from(JSON.stringify(metadata.toJSON())));
    },
  };

  function signed(role: Role): Root | Timestamp | Snapshot | Targets {
    const common = { version: repository.versions[role], specVersion: "1.0.31", expires: repository.expires[role] };
    if (role === "root") {
      const root = new Root({ ...common, consistentSnapshot: true });
      for (const name of ["root", "timestamp", "snapshot", "targets"] as const) {
        for (const { key } of repository.keys[name]) root.addKey(key, name);
        const found = root.roles[name];
        if (found) root.roles[name] = Object.assign(found, { threshold: name === "root" ? Math.min(threshold, repository.keys.root.length) : 1 });
      }
      return root;
    }
    if (role === "timestamp") return new Timestamp({ ...common, snapshotMeta: metaOf("snapshot") });
    if (role === "snapshot") return new Snapshot({ ...common, meta: { "targets.json": metaOf("targets") } });
    const targets = new Targets(common);
    for (const [path, { bytes, custom }] of Object.entries(repository.targets)) {
      targets.addTarget(
        new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256Of(bytes) }, ...(custom ? { unrecognizedFields: { custom } } : {}) }),
      );
    }
    return targets;
  }

  function metaOf(role: "snapshot" | "targets"): MetaFile {
    const bytes = repository.files.get(`${repository.versions[role]}.${role}.json`) ?? new Uint8Array();
    return new MetaFile({ version: repository.versions[role], length: bytes.length, hashes: { sha256: sha256Of(bytes) } });
  }

  return repository;
}

/** Signs the bytes of a release as the newest of the stable channel. */
export function signRelease(repository: SignedRepository, bytes: Uint8Array, number: number): void {
  for (const target of Object.values(repository.targets)) target.custom = { ...target.custom, channels: [] };
  repository.targets[releaseTargetPath(number)] = { bytes, custom: { number, channels: ["stable"] } };
  if (repository.files.size === 0) repository.publish();
  else repository.advance();
}
