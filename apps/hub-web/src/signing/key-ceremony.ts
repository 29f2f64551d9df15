import { TenfoldError } from "@tenfold/catalog";
import type { Metadata, Root } from "@tufjs/models";
import { createRoot, isDevelopmentRoot, thresholdOf } from "./create-root.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import { type KeyFolder, type OnlineRole, onlineRoles } from "./key-folder.ts";
import { addSignature, newSigningKey, type SigningKey } from "./signing-key.ts";

/** A root key in a file of its own, off this computer for most of its life. */
export interface RootKeyFile {
  readonly path: string;
  readonly passphrase: string;
}

/** A root, and how many signatures it still lacks. */
export interface RootOutcome {
  readonly root: Metadata<Root>;
  readonly missing: number;
}

/**
 * Begins a row of roots with new keys for everything, and throws development keys away.
 * @param files where the root's keys go: three, of which two must sign.
 * @throws TenfoldError `invalid-input` when a person made keys here before, or for other than three files.
 */
export async function initialiseKeys(folder: KeyFolder, files: readonly RootKeyFile[], now: Date): Promise<Metadata<Root>> {
  if (files.length !== 3 || new Set(files.map(({ path }) => path)).size !== 3) {
    throw new TenfoldError("invalid-input", "A root has three keys, each in a file of its own.", { remedy: "Give --root-key three times." });
  }
  const [known] = (await folder.roots()).slice(-1);
  if (known && !isDevelopmentRoot(known)) {
    throw new TenfoldError("invalid-input", `${folder.path} holds keys that a person made.`, {
      remedy: "Use tenfold-hub keys rotate, which keeps the trust of those who pinned them.",
    });
  }
  const rootKeys = files.map(newSigningKey);
  const online = { targets: [newSigningKey()], snapshot: [newSigningKey()], timestamp: [newSigningKey()] };
  const root = createRoot({ version: 1, root: rootKeys, online, isDevelopment: false, now });
  for (const key of rootKeys) addSignature(root, key);
  // The person's files first: what cannot be written there must not cost what is here.
  for (const [index, { path, passphrase }] of files.entries()) await writeKeyFile(path, at(rootKeys, index), passphrase);
  await folder.clear();
  for (const role of onlineRoles) for (const key of online[role]) await folder.writeKey(role, key);
  await folder.writeRoot(root);
  return root;
}

export interface RotateKeysOptions {
  /** Keys of the root that holds now. */
  readonly signers: readonly RootKeyFile[];
  /** Roles of the hub's own keys that get new ones. */
  readonly replace: readonly string[];
  /** Ids, or how they begin, of root keys that no longer count. */
  readonly lostRootKeyIds: readonly string[];
  /** Where the keys that take their place go. */
  readonly newRootKeys: readonly RootKeyFile[];
  readonly now: Date;
}

/**
 * Makes the next root. Signed by enough of the present keys and of its own it holds at once; else it waits as a draft.
 * @throws TenfoldError `invalid-input`.
 */
export async function rotateKeys(folder: KeyFolder, { signers, replace, lostRootKeyIds, newRootKeys, now }: RotateKeysOptions): Promise<RootOutcome> {
  const current = await currentRoot(folder);
  for (const role of replace) {
    if (!onlineRoles.some((one) => one === role)) throw new TenfoldError("invalid-input", `There is no key for ${role}; there are: ${onlineRoles.join(", ")}.`);
  }
  if (lostRootKeyIds.length !== newRootKeys.length) {
    throw new TenfoldError("invalid-input", `${lostRootKeyIds.length} root keys are to go, and ${newRootKeys.length} to come.`, {
      remedy: "Name a new file for each.",
    });
  }
  const kept = keysOfRole(current, "root").filter(({ key }) => !lostRootKeyIds.some((id) => id.length >= 8 && key.keyID.startsWith(id)));
  const lost = (current.signed.roles.root?.keyIDs.length ?? 0) - kept.length;
  if (lost !== lostRootKeyIds.length)
    throw new TenfoldError("invalid-input", "Not every id names one key of the root.", { remedy: "See tenfold-hub keys status." });

  const fresh = newRootKeys.map(newSigningKey);
  const online = {} as Record<OnlineRole, Pick<SigningKey, "key">[]>;
  const made: [OnlineRole, SigningKey][] = [];
  for (const role of onlineRoles) {
    const key = replace.includes(role) ? newSigningKey() : undefined;
    if (key) made.push([role, key]);
    online[role] = key ? [key] : keysOfRole(current, role);
  }
  const root = createRoot({ version: current.signed.version + 1, root: [...kept, ...fresh], online, isDevelopment: false, now });
  const opened = await Promise.all(signers.map(({ path, passphrase }) => readKeyFile(path, passphrase)));
  for (const [index, { path, passphrase }] of newRootKeys.entries()) await writeKeyFile(path, at(fresh, index), passphrase);
  for (const [role, key] of made) await folder.writeKey(role, key);
  return settle(folder, current, root, [...opened, ...fresh]);
}

/** Adds signatures to the root that waits for them. @throws TenfoldError `invalid-input` when none does. */
export async function signDraft(folder: KeyFolder, signers: readonly RootKeyFile[]): Promise<RootOutcome> {
  const draft = await folder.draft();
  if (!draft) throw new TenfoldError("invalid-input", "No root waits for signatures.", { remedy: "Make one: tenfold-hub keys rotate." });
  const opened = await Promise.all(signers.map(({ path, passphrase }) => readKeyFile(path, passphrase)));
  return settle(folder, await currentRoot(folder), draft, opened);
}

async function settle(folder: KeyFolder, current: Metadata<Root>, root: Metadata<Root>, signers: readonly SigningKey[]): Promise<RootOutcome> {
  const known = new Set([...keysOfRole(current, "root"), ...keysOfRole(root, "root")].map(({ key }) => key.keyID));
  for (const signer of signers) {
    if (!known.has(signer.key.keyID))
      throw new TenfoldError("invalid-input", `${signer.key.keyID} is no key of this root.`, { remedy: "See tenfold-hub keys status." });
    addSignature(root, signer);
  }
  const missing = Math.max(missingOf(current, root), missingOf(root, root));
  if (missing > 0) await folder.writeDraft(root);
  else {
    await folder.writeRoot(root);
    await folder.writeDraft(undefined);
  }
  return { root, missing };
}

/** How many signatures a root lacks in the eyes of another. */
function missingOf(judge: Metadata<Root>, root: Metadata<Root>): number {
  const role = judge.signed.roles.root;
  const valid = (role?.keyIDs ?? []).filter((keyId) => {
    try {
      judge.signed.keys[keyId]?.verifySignature(root);
      return judge.signed.keys[keyId] !== undefined;
    } catch {
      return false;
    }
  });
  return Math.max(0, (role?.threshold ?? thresholdOf(3)) - valid.length);
}

async function currentRoot(folder: KeyFolder): Promise<Metadata<Root>> {
  const [root] = (await folder.roots()).slice(-1);
  if (root && !isDevelopmentRoot(root)) return root;
  throw new TenfoldError("invalid-input", "There are no keys here that a person made.", { remedy: "Make them: tenfold-hub keys init." });
}

function keysOfRole({ signed }: Metadata<Root>, role: OnlineRole | "root"): Pick<SigningKey, "key">[] {
  return (signed.roles[role]?.keyIDs ?? []).flatMap((id) => (signed.keys[id] ? [{ key: signed.keys[id] }] : []));
}

function at(keys: readonly SigningKey[], index: number): SigningKey {
  const key = keys[index];
  if (!key) throw new RangeError(`no key ${index}`);
  return key;
}
