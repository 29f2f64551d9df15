import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Key, type Metadata, type Root, Signature, type Snapshot, type Targets, type Timestamp } from "@tufjs/models";

export type SignedRole = Root | Timestamp | Snapshot | Targets;

/** An Ed25519 key with the id that metadata call it by. */
export interface SigningKey {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

export function newSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync("ed25519").privateKey);
}

/** @param pkcs8 the private key, DER. */
export function openSigningKey(pkcs8: Buffer): SigningKey {
  return signingKeyOf(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
}

export function addSignature(metadata: Metadata<SignedRole>, { key, privateKey }: SigningKey): void {
  metadata.sign((data) => new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString("hex") }), true);
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const { x } = privateKey.export({ format: "jwk" });
  const publicHex = Buffer.from(x ?? "", "base64url").toString("hex");
  const parts = { keyType: "ed25519", scheme: "ed25519", keyVal: { public: publicHex } };
  // As TUF recommends: SHA-256 of the key's canonical JSON.
  const keyID = createHash("sha256").update(`{"keytype":"ed25519","keyval":{"public":"${publicHex}"},"scheme":"ed25519"}`).digest("hex");
  return { privateKey, key: new Key({ keyID, ...parts }) };
}
