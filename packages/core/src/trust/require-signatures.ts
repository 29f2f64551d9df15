import { ed25519 } from "@noble/curves/ed25519.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { canonicalMetadata } from "./canonical-metadata.ts";
import type { Envelope, RoleName, Root } from "./metadata.ts";
import { untrusted } from "./trust-refusal.ts";

/**
 * Passes where enough of a role's keys, as a root names them, have signed. One key counts once, under however many ids it is listed.
 * @throws TenfoldError `untrusted-catalog`.
 */
export function requireSignatures(root: Root, role: RoleName, envelope: Envelope<unknown>): void {
  const { keyids, threshold } = root.roles[role];
  const message = canonicalMetadata(envelope.raw);
  const signedBy = new Set<string>();
  for (const { keyid, sig } of envelope.signatures) {
    const key = keyids.includes(keyid) && Object.hasOwn(root.keys, keyid) ? root.keys[keyid] : undefined;
    if (key?.keytype !== "ed25519" || key.scheme !== "ed25519") continue;
    if (isSignature(sig, message, key.keyval.public)) signedBy.add(key.keyval.public.toLowerCase());
  }
  if (signedBy.size < threshold) {
    throw untrusted("signatures", `The ${role} metadata have ${signedBy.size} valid signature(s) of the ${threshold} that root ${root.version} asks for.`);
  }
}

function isSignature(signature: string, message: Uint8Array, publicKey: string): boolean {
  try {
    return ed25519.verify(hexToBytes(signature), message, hexToBytes(publicKey), { zip215: false });
  } catch {
    // Not hexadecimal, or of another length.
    return false;
  }
}
