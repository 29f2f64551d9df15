import { randomUUID } from "node:crypto";
import { TenfoldError } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { Role } from "./role.ts";

export interface UserToCreate {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Absent for somebody who will sign in through an identity provider. */
  readonly passwordHash?: string;
}

/** Makes an account in the shape of better-auth. Whoever makes it has seen that the address is the person's. @throws TenfoldError `invalid-input` */
export async function createUser(transaction: Transaction, { email, name, role, passwordHash }: UserToCreate): Promise<string> {
  if (await transaction.user.findUnique({ where: { email } })) throw new TenfoldError("invalid-input", `${email} has an account already.`);
  const { id } = await transaction.user.create({ data: { id: randomUUID(), email, name, role, emailVerified: true } });
  if (passwordHash !== undefined) await setPassword(transaction, id, passwordHash);
  return id;
}

export async function setPassword(transaction: Transaction, userId: string, passwordHash: string): Promise<void> {
  const account = { providerId: "credential", accountId: userId };
  await transaction.account.upsert({
    where: { providerId_accountId: account },
    create: { id: randomUUID(), userId, ...account, password: passwordHash },
    update: { password: passwordHash },
  });
}
