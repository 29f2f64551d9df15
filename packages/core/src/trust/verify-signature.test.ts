import { generateKeyPairSync, sign } from "node:crypto";
import { expect, it } from "vitest";
import { signingKey } from "../../test/signed-repository.ts";
import { isSignature } from "./verify-signature.ts";

const message = Buffer.from("what was signed");
const flipped = (hex: string) => hex.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));

it("takes what OpenSSL signs with Ed25519 and with ECDSA, and nothing that differs", () => {
  const ed = signingKey("test");
  const edKey = { keytype: "ed25519", scheme: "ed25519", keyval: { public: ed.key.keyVal.public ?? "" } };
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecKey = { keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256", keyval: { public: ec.publicKey.export({ format: "pem", type: "spki" }).toString() } };
  for (const [key, signature] of [
    [edKey, sign(null, message, ed.privateKey).toString("hex")],
    [ecKey, sign("sha256", message, ec.privateKey).toString("hex")],
  ] as const) {
    expect(isSignature(signature, message, key)).toBe(true);
    expect(isSignature(flipped(signature), message, key)).toBe(false);
    expect(isSignature(signature, Buffer.from("another"), key)).toBe(false);
    for (const nonsense of ["", "zz", "00", signature.slice(2)]) expect(isSignature(nonsense, message, key)).toBe(false);
    for (const value of ["", "00", "-----BEGIN PUBLIC KEY-----", "not base64 *"])
      expect(isSignature(signature, message, { ...key, keyval: { public: value } })).toBe(false);
    expect(isSignature(signature, message, { ...key, scheme: "rsassa-pss-sha256" })).toBe(false);
  }
});
