import { TenfoldError } from "@tenfold/catalog";
import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Role } from "./role.ts";

export interface UserLine {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  /** When a session of theirs was last begun or renewed. */
  readonly lastSeenAt: string | undefined;
}

/** Everybody who has an account, by name. */
export async function listUsers(database: Transaction): Promise<UserLine[]> {
  const users = await database.user.findMany({
    orderBy: [{ name: "asc" }, { email: "asc" }],
    include: { sessions: { orderBy: { updatedAt: "desc" }, take: 1 } },
  });
  return users.map(({ id, email, name, role, disabledAt, sessions }) => ({
    id,
    email,
    name,
    role,
    isDisabled: disabledAt !== null,
    lastSeenAt: sessions[0]?.updatedAt.toISOString(),
  }));
}

/** @throws TenfoldError `invalid-input` when nobody has that address */
export async function userByEmail(database: Transaction, email: string) {
  const user = await database.user.findUnique({ where: { email: email.toLowerCase() } });
  if (user === null) throw new TenfoldError("invalid-input", `Nobody here has the address ${email}.`, { remedy: "See who there is: tenfold-hub user list" });
  return user;
}

/** @throws TenfoldError `invalid-input` when it would leave the hub without an administrator */
export async function setRole(transaction: Transaction, actor: AuditActor, userId: string, role: Role): Promise<void> {
  const user = await lockUser(transaction, userId);
  if (user.role === role) return;
  if (role !== "admin") await keepAnAdministrator(transaction, userId);
  await transaction.user.update({ where: { id: userId }, data: { role } });
  await recordAudit(transaction, actor, "user.role", `user ${user.email}`, { before: user.role, after: role });
}

/** Shuts somebody out at once, sessions and tokens included, or lets them in again. @throws TenfoldError `invalid-input` as above */
export async function setDisabled(transaction: Transaction, actor: AuditActor, userId: string, isDisabled: boolean, now: Date): Promise<void> {
  const user = await lockUser(transaction, userId);
  if ((user.disabledAt !== null) === isDisabled) return;
  if (isDisabled) await keepAnAdministrator(transaction, userId);
  await transaction.user.update({ where: { id: userId }, data: { disabledAt: isDisabled ? now : null } });
  await transaction.session.deleteMany({ where: { userId } });
  await recordAudit(transaction, actor, isDisabled ? "user.disable" : "user.enable", `user ${user.email}`);
}

/** Whoever changes people waits for whoever else does: two administrators may not shut each other out at once. */
async function lockUser(transaction: Transaction, userId: string) {
  await transaction.$queryRaw`select id from "user" where role = 'admin' or id = ${userId} order by id for update`;
  const user = await transaction.user.findUnique({ where: { id: userId } });
  if (user === null) throw new TenfoldError("invalid-input", "There is no such account.");
  return user;
}

async function keepAnAdministrator(transaction: Transaction, without: string): Promise<void> {
  const others = await transaction.user.count({ where: { role: "admin", disabledAt: null, id: { not: without } } });
  if (others === 0) throw new TenfoldError("invalid-input", "This is the hub's only administrator.", { remedy: "Make somebody else an administrator first." });
}
