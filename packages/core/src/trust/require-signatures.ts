import { bytesToHex } from "@noble/hashes/utils.js";
import { canonicalMetadata } from "./canonical-metadata.ts";
import type { Envelope, RoleName, Root } from "./metadata.ts";
import { untrusted } from "./trust-refusal.ts";
import { isSignature, publicBytes } from "./verify-signature.ts";

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
    const bytes = key && publicBytes(key);
    if (key && bytes && isSignature(sig, message, key)) signedBy.add(bytesToHex(bytes));
  }
  if (signedBy.size < threshold) {
    throw untrusted("signatures", `The ${role} metadata have ${signedBy.size} valid signature(s) of the ${threshold} that root ${root.version} asks for.`);
  }
}
