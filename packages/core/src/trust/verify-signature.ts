import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { Root } from "./metadata.ts";

type PublicKey = Root["keys"][string];

/** The key as it is compared with others: one key under two ids is one key. Undefined for kinds that are never counted. */
export function publicBytes({ keytype, scheme, keyval }: PublicKey): Uint8Array | undefined {
  try {
    if (keytype === "ed25519" && scheme === "ed25519") return hexToBytes(keyval.public);
    // What other repositories sign with: an uncompressed point at the end of a SubjectPublicKeyInfo in PEM.
    if (keytype === "ecdsa" && scheme === "ecdsa-sha2-nistp256") return pemBytes(keyval.public).slice(-65);
    return undefined;
  } catch {
    return undefined;
  }
}

/** Whether a signature in hexadecimal is one of this key over a message. Never throws: what cannot be read is no signature. */
export function isSignature(signature: string, message: Uint8Array, key: PublicKey): boolean {
  try {
    const bytes = publicBytes(key);
    if (!bytes) return false;
    if (key.keytype === "ed25519") return ed25519.verify(hexToBytes(signature), message, bytes, { zip215: false });
    return p256.verify(hexToBytes(signature), message, bytes, { format: "der", lowS: false });
  } catch {
    return false;
  }
}

function pemBytes(pem: string): Uint8Array {
  const base64 = pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
