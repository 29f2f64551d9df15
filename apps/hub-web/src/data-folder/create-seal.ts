import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Keeps texts in the database that the database alone must not give away. */
export interface Seal {
  /** @param label is sealed in: what was moved to another label opens no more. */
  close(label: string, text: string): Uint8Array<ArrayBuffer>;
  /** Throws for what was sealed with another secret, for another purpose, or under another label. */
  open(label: string, sealed: Uint8Array): string;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param secret the hub's own; the key that seals is derived from it
 * @param purpose what is sealed; each has a key of its own
 */
export function createSeal(secret: string, purpose: string): Seal {
  const key = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return {
    close(label, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(label));
      return new Uint8Array(Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]));
    },
    open(label, sealed) {
      const body = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", key, body.subarray(0, nonceBytes)).setAAD(Buffer.from(label));
      decipher.setAuthTag(body.subarray(-tagBytes));
      return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString("utf8");
    },
  };
}
