import { z } from "zod";

/** What somebody may do; each role may do what the ones before may. */
export const roles = ["viewer", "curator", "reviewer", "admin"] as const;
export const roleSchema = z.enum(roles);
export type Role = (typeof roles)[number];

/** What an API token may do, as far as its owner may. "measure" is for devices that send measurements. */
export const scopes = ["read", "curate", "review", "admin", "measure"] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = (typeof scopes)[number];

/** The scope that a token needs where a person needs the role. */
export const scopeOfRole = { viewer: "read", curator: "curate", reviewer: "review", admin: "admin" } as const satisfies Record<Role, Scope>;

export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
