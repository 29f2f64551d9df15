import { TenfoldError } from "@tenfold/catalog";
import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
import type { Database } from "../database/open-database.ts";
import type { Transaction } from "../database/transaction.ts";
import { createUser, setPassword } from "./create-user.ts";
import type { Role } from "./role.ts";
import { newSecretToken, sha256OfToken } from "./secret-token.ts";
import { userByEmail } from "./users.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** What whoever holds the link may do with it. */
export type LinkPurpose =
  | { readonly kind: "first-administrator" }
  | { readonly kind: "invitation"; readonly email: string; readonly role: Role }
  | { readonly kind: "new-password"; readonly email: string; readonly name: string };

export interface NewLink {
  /** To be put behind the hub's address. Holds the secret, which is kept nowhere. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Invites somebody for a week. An earlier invitation of the same address ends. @throws TenfoldError `invalid-input` when the address has an account. */
export async function inviteUser(transaction: Transaction, actor: AuditActor, { email, role }: { email: string; role: Role }, now: Date): Promise<NewLink> {
  const address = email.toLowerCase();
  if (await transaction.user.findUnique({ where: { email: address } })) {
    throw new TenfoldError("invalid-input", `${address} has an account already.`, { remedy: "Change that account's role, or make a link for a new password." });
  }
  await transaction.invitation.deleteMany({ where: { email: address, usedAt: null } });
  await recordAudit(transaction, actor, "user.invite", `user ${address}`, { role });
  return createLink(transaction, { email: address, role }, new Date(now.getTime() + 7 * day));
}

/** Lets somebody who has an account choose a new password within a day. @throws TenfoldError `invalid-input` when nobody has that address. */
export async function linkForNewPassword(transaction: Transaction, actor: AuditActor, email: string, now: Date): Promise<NewLink> {
  const user = await userByEmail(transaction, email);
  await transaction.invitation.deleteMany({ where: { userId: user.id, usedAt: null } });
  await recordAudit(transaction, actor, "user.link", `user ${user.email}`);
  return createLink(transaction, { userId: user.id, email: user.email, role: user.role }, new Date(now.getTime() + day));
}

/** The way into a hub where nobody has an account yet: a link for a day, which ends the ones before. Undefined when somebody has one. */
export async function linkForFirstAdministrator(database: Database, now: Date): Promise<NewLink | undefined> {
  return database.$transaction(async (transaction) => {
    if ((await transaction.user.count()) > 0) return undefined;
    await transaction.invitation.deleteMany({ where: { email: null, usedAt: null } });
    return createLink(transaction, { role: "admin" }, new Date(now.getTime() + day));
  });
}

export interface InvitationLine {
  readonly id: number;
  readonly email: string;
  readonly role: Role;
  readonly expiresAt: string;
}

/** Invitations that wait for an answer. */
export async function listInvitations(database: Transaction, now: Date): Promise<InvitationLine[]> {
  const rows = await database.invitation.findMany({
    where: { usedAt: null, userId: null, email: { not: null }, expiresAt: { gt: now } },
    orderBy: { id: "desc" },
  });
  return rows.map(({ id, email, role, expiresAt }) => ({ id, email: email ?? "", role, expiresAt: expiresAt.toISOString() }));
}

/** Ends an invitation that nobody has answered. */
export async function cancelInvitation(transaction: Transaction, actor: AuditActor, id: number): Promise<void> {
  const found = await transaction.invitation.findFirst({ where: { id, usedAt: null, userId: null, email: { not: null } } });
  if (found === null) throw new TenfoldError("invalid-input", "This invitation was answered already, or has been taken back.");
  await transaction.invitation.delete({ where: { id } });
  await recordAudit(transaction, actor, "user.uninvite", `user ${found.email}`);
}

/** What a link is for; undefined when it was used, has run out, or never was. */
export async function readLink(database: Transaction, token: string, now: Date): Promise<LinkPurpose | undefined> {
  const found = await findLink(database, token, now);
  if (found === undefined) return undefined;
  const { email, userId, role } = found;
  if (email === null) return { kind: "first-administrator" };
  if (userId === null) return { kind: "invitation", email, role };
  const { name } = await database.user.findUniqueOrThrow({ where: { id: userId } });
  return { kind: "new-password", email, name };
}

export interface LinkAnswer {
  /** Needed where the link does not say it. */
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly passwordHash: string;
}

/** Uses a link up: makes the account, or sets its new password, which ends its sessions. Answers the address to sign in with. @throws TenfoldError `invalid-input` */
export async function acceptLink(transaction: Transaction, token: string, { email, name, passwordHash }: LinkAnswer, now: Date): Promise<string> {
  const link = await findLink(transaction, token, now);
  // Marked before anything else: of two who use it at once, the second waits here and finds it used.
  const { count } = await transaction.invitation.updateMany({ where: { id: link?.id ?? -1, usedAt: null }, data: { usedAt: now } });
  if (link === undefined || count === 0)
    throw new TenfoldError("invalid-input", "This link was used already, or has run out.", { remedy: "Ask for a new one." });
  if (link.userId !== null) {
    await setPassword(transaction, link.userId, passwordHash);
    await transaction.session.deleteMany({ where: { userId: link.userId } });
    await recordAudit(transaction, "hub", "user.new-password", `user ${link.email}`);
    return link.email ?? "";
  }
  if (link.email === null && (await transaction.user.count()) > 0) throw new TenfoldError("invalid-input", "This hub has an administrator already.");
  const address = (link.email ?? email ?? "").toLowerCase();
  await createUser(transaction, { email: address, name: name ?? address, role: link.role, passwordHash });
  await recordAudit(transaction, "hub", "user.create", `user ${address}`, { role: link.role });
  return address;
}

async function createLink(transaction: Transaction, data: { email?: string; role: Role; userId?: string }, expiresAt: Date): Promise<NewLink> {
  const { token, sha256 } = newSecretToken("");
  await transaction.invitation.create({ data: { ...data, tokenSha256: sha256, expiresAt } });
  return { path: `/join/${token}`, expiresAt };
}

async function findLink(database: Transaction, token: string, now: Date) {
  const link = await database.invitation.findUnique({ where: { tokenSha256: sha256OfToken(token) } });
  return link === null || link.usedAt !== null || link.expiresAt <= now ? undefined : link;
}
