import { isAtLeast, type Role, type Scope, scopeOfRole } from "./role.ts";

/** Who asks for something: a person who signed in, or a program with one of their tokens. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Absent for a person in a browser, who may do all that the role may. */
  readonly token?: { readonly id: number; readonly name: string; readonly scopes: readonly Scope[] };
}

/** Whether the actor may do what the role may. Reading is part of every scope but "measure". */
export function permits({ role, token }: Actor, needed: Role): boolean {
  if (!isAtLeast(role, needed)) return false;
  if (token === undefined) return true;
  return token.scopes.includes(scopeOfRole[needed]) || (needed === "viewer" && token.scopes.some((scope) => scope !== "measure"));
}
