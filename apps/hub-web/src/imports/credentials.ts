import { parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { createSeal } from "../data-folder/create-seal.ts";
import type { Database } from "../database/open-database.ts";
import type { Transaction } from "../database/transaction.ts";

/** What signs in to other servers for imports, by origin. It is shown to nobody again, and goes to its origin alone. */
export interface Credentials {
  /** Writes one or replaces it. `secret` is a token ("hf_…"), or NAME:KEY for servers that take a name and a key, as Kaggle does. */
  save(transaction: Transaction, credential: z.input<typeof credentialSchema>, createdBy?: string): Promise<void>;
  remove(transaction: Transaction, origin: string): Promise<boolean>;
  list(): Promise<{ origin: string; label: string; updatedAt: string }[]>;
  /** The headers that sign in at an address; undefined when there are none for its origin. */
  headersFor(url: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** The bare token for an origin. */
  tokenFor(origin: string): Promise<string | undefined>;
}

export const credentialSchema = z.object({
  origin: z
    .string()
    .max(300)
    .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && new URL(url).username === "", "expected https://host")
    .transform((url) => new URL(url).origin),
  label: z.string().trim().min(1).max(100),
  secret: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .regex(/^[\x21-\x7e]+$/, "expected a token without spaces"),
});

/** @param secret the hub's own; the key that seals is derived from it. */
export function openCredentials(database: Database, secret: string): Credentials {
  const seal = createSeal(secret, "tenfold hub credentials");

  function open(origin: string, sealed: Uint8Array): string {
    try {
      return seal.open(origin, sealed);
    } catch (cause) {
      throw new TenfoldError("unauthorized", `What signs in to ${origin} was sealed with another secret of this hub.`, {
        cause,
        remedy: "Enter it again, or give the hub the secret that it had (TENFOLD_HUB_SECRET).",
      });
    }
  }

  async function tokenFor(origin: string): Promise<string | undefined> {
    const row = await database.credential.findUnique({ where: { origin } });
    return row === null ? undefined : open(origin, row.sealed);
  }

  return {
    tokenFor,
    async save(transaction, given, createdBy) {
      const { origin, label, secret: token } = parse(credentialSchema, given, "credential", "invalid-input");
      const row = { label, sealed: seal.close(origin, token), createdBy: createdBy ?? null };
      await transaction.credential.upsert({ where: { origin }, create: { origin, ...row }, update: row });
    },
    async remove(transaction, origin) {
      return (await transaction.credential.deleteMany({ where: { origin } })).count > 0;
    },
    async list() {
      const rows = await database.credential.findMany({ select: { origin: true, label: true, updatedAt: true }, orderBy: { origin: "asc" } });
      return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
    },
    async headersFor(url) {
      const token = URL.canParse(url) ? await tokenFor(new URL(url).origin) : undefined;
      if (token === undefined) return undefined;
      return { authorization: token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}` };
    },
  };
}
