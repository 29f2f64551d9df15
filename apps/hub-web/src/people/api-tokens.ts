import { TenfoldError } from "@tenfold/catalog";
import { recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Actor } from "./actor.ts";
import type { Scope } from "./role.ts";
import { newSecretToken } from "./secret-token.ts";

export interface TokenLine {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | undefined;
}

/** The tokens of somebody that still hold. */
export async function listTokens(database: Transaction, userId: string, now: Date): Promise<TokenLine[]> {
  const rows = await database.apiToken.findMany({ where: { userId, revokedAt: null, expiresAt: { gt: now } }, orderBy: { id: "desc" } });
  return rows.map(({ id, name, scopes, createdAt, expiresAt, lastUsedAt }) => ({
    id,
    name,
    scopes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString(),
  }));
}

export interface TokenToCreate {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
}

/** Answers the token, which nobody can read again. Only a person makes tokens: a token cannot prolong itself. @throws TenfoldError `forbidden` */
export async function createToken(transaction: Transaction, actor: Actor, { name, scopes, days }: TokenToCreate, now: Date): Promise<string> {
  refuseTokens(actor);
  const { token, sha256 } = newSecretToken("tfh_");
  const expiresAt = new Date(now.getTime() + days * 86_400_000);
  await transaction.apiToken.create({ data: { userId: actor.userId, name, tokenSha256: sha256, scopes: [...scopes], expiresAt } });
  await recordAudit(transaction, actor, "token.create", `token ${name}`, { scopes: [...scopes], expiresAt: expiresAt.toISOString() });
  return token;
}

/** Ends a token of one's own. @throws TenfoldError `invalid-input`, `forbidden` */
export async function revokeToken(transaction: Transaction, actor: Actor, id: number, now: Date): Promise<void> {
  refuseTokens(actor);
  const token = await transaction.apiToken.findFirst({ where: { id, userId: actor.userId, revokedAt: null } });
  if (token === null) throw new TenfoldError("invalid-input", "There is no such token of yours.");
  await transaction.apiToken.update({ where: { id }, data: { revokedAt: now } });
  await recordAudit(transaction, actor, "token.revoke", `token ${token.name}`);
}

function refuseTokens(actor: Actor): void {
  if (actor.token !== undefined) throw new TenfoldError("forbidden", "A token cannot make or end tokens.", { remedy: "Sign in with a browser." });
}
