import { parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import type { Database } from "../database/open-database.ts";
import { inviteUser, linkForFirstAdministrator, linkForNewPassword, type NewLink } from "../people/links.ts";
import { roleSchema } from "../people/role.ts";
import { listUsers, setDisabled, setRole, userByEmail } from "../people/users.ts";
import type { DataOption } from "./command-environment.ts";
import { type HubAddress, withDatabase } from "./with-database.ts";

type Write = (text: string) => void;

const emailSchema = z.email().toLowerCase();

/** `tenfold-hub user list`: who has an account. */
export async function list(options: DataOption, write: Write): Promise<void> {
  const users = await withDatabase(options, (database) => listUsers(database));
  if (users.length === 0) write("Nobody has an account yet: tenfold-hub user link\n");
  for (const { email, name, role, isDisabled, lastSeenAt } of users) {
    write(`${email.padEnd(32)} ${role.padEnd(9)} ${isDisabled ? "disabled" : lastSeenAt === undefined ? "never seen" : `seen ${lastSeenAt}`}  ${name}\n`);
  }
}

/** `tenfold-hub user add`: prints a link that invites somebody. */
export async function add(email: string, { role, ...options }: DataOption & { role: string }, write: Write): Promise<void> {
  const invitation = { email: parse(emailSchema, email, "address", "invalid-input"), role: parse(roleSchema, role, "role", "invalid-input") };
  await printLink(options, write, (database) => database.$transaction((transaction) => inviteUser(transaction, "console", invitation, new Date())));
}

/** `tenfold-hub user link`: prints a link for a new password, or for the first administrator when nobody is named. */
export async function link(email: string | undefined, options: DataOption, write: Write): Promise<void> {
  await printLink(options, write, async (database) => {
    if (email !== undefined) return database.$transaction((transaction) => linkForNewPassword(transaction, "console", email, new Date()));
    const first = await linkForFirstAdministrator(database, new Date());
    if (first === undefined)
      throw new TenfoldError("invalid-input", "This hub has people already.", { remedy: "Name one of them: tenfold-hub user link EMAIL" });
    return first;
  });
}

/** `tenfold-hub user role`: gives somebody another role, or shuts them out. */
export async function role(email: string, wanted: string, options: DataOption, write: Write): Promise<void> {
  await withDatabase(options, async (database) => {
    const user = await userByEmail(database, email);
    await database.$transaction((transaction) =>
      wanted === "disabled" || wanted === "enabled"
        ? setDisabled(transaction, "console", user.id, wanted === "disabled", new Date())
        : setRole(transaction, "console", user.id, parse(roleSchema, wanted, "role", "invalid-input")),
    );
  });
  write(`${email} is ${wanted} now.\n`);
}

async function printLink(options: DataOption, write: Write, make: (database: Database) => Promise<NewLink>): Promise<void> {
  const print = async (database: Database, { url }: HubAddress) => {
    const { path, expiresAt } = await make(database);
    write(`${url}${path}\nworks once, until ${expiresAt.toISOString()}\n`);
  };
  await withDatabase(options, print);
}
