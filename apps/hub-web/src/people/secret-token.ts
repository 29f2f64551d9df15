import { createHash, randomBytes } from "node:crypto";

/** 256 random bits for a link or a program, and what is kept of them. A plain hash is enough: nobody guesses 256 bits. */
export function newSecretToken(prefix: string): { token: string; sha256: string } {
  const token = `${prefix}${randomBytes(32).toString("base64url")}`;
  return { token, sha256: sha256OfToken(token) };
}

export function sha256OfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
