import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseJson, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { openSigningKey, type SigningKey } from "./signing-key.ts";

const base64 = z.base64();
const keyFileSchema = z.object({
  schemaVersion: z.literal(1),
  keyId: z.string(),
  /** PKCS #8 in DER: plain, or under a passphrase. */
  key: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("plain"), pkcs8: base64 }),
    z.object({
      kind: z.literal("scrypt-aes-256-gcm"),
      // Bounds: a file from elsewhere must not be able to ask for all memory.
      cost: z.int().min(2).max(1_048_576),
      salt: base64,
      nonce: base64,
      tag: base64,
      ciphertext: base64,
    }),
  ]),
});

/** N of scrypt, with r = 8 and p = 1: 128 MB and a few tenths of a second for each guess. */
const scryptCost = 131_072;

/** Writes a key that only this user can read; with a passphrase, nobody without it. Never over a file that is there. @throws TenfoldError `invalid-input`. */
export async function writeKeyFile(path: string, { key, privateKey }: SigningKey, passphrase?: string): Promise<void> {
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" });
  const content = {
    schemaVersion: 1,
    keyId: key.keyID,
    key: passphrase === undefined ? { kind: "plain", pkcs8: pkcs8.toString("base64") } : encrypt(pkcs8, passphrase),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
    await file.close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw new TenfoldError("invalid-input", `There is a file ${path} already.`, { cause, remedy: "Name a new file: a key is never written over." });
  }
}

/** @throws TenfoldError `invalid-input` for what is no key file, and for a passphrase that is missing or wrong. */
export async function readKeyFile(path: string, passphrase?: string): Promise<SigningKey> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new TenfoldError("invalid-input", `There is no key file ${path}.`, { cause });
  });
  const { keyId, key } = parseJson(keyFileSchema, text, `key file ${path}`, "invalid-input");
  if (key.kind === "plain") return checked(path, keyId, openSigningKey(Buffer.from(key.pkcs8, "base64")));
  if (passphrase === undefined) throw new TenfoldError("invalid-input", `The key in ${path} is under a passphrase.`, { remedy: "Give its passphrase." });
  return checked(path, keyId, openSigningKey(decrypt(path, key, passphrase)));
}

function checked(path: string, keyId: string, opened: SigningKey): SigningKey {
  if (opened.key.keyID === keyId) return opened;
  throw new TenfoldError("invalid-input", `${path} holds another key than it says.`);
}

function encrypt(plain: Buffer, passphrase: string) {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", keyOf(passphrase, salt, scryptCost), nonce);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const text = (bytes: Buffer) => bytes.toString("base64");
  return { kind: "scrypt-aes-256-gcm", cost: scryptCost, salt: text(salt), nonce: text(nonce), tag: text(cipher.getAuthTag()), ciphertext: text(ciphertext) };
}

function decrypt(path: string, key: Extract<z.infer<typeof keyFileSchema>["key"], { kind: "scrypt-aes-256-gcm" }>, passphrase: string): Buffer {
  const bytes = (text: string) => Buffer.from(text, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(passphrase, bytes(key.salt), key.cost), bytes(key.nonce), { authTagLength: 16 });
    decipher.setAuthTag(bytes(key.tag));
    return Buffer.concat([decipher.update(bytes(key.ciphertext)), decipher.final()]);
  } catch (cause) {
    throw new TenfoldError("invalid-input", `The passphrase does not open ${path}.`, { cause, remedy: "Check the passphrase, and that the file is whole." });
  }
}

function keyOf(passphrase: string, salt: Buffer, cost: number): Buffer {
  return scryptSync(passphrase.normalize("NFKC"), salt, 32, { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 });
}
