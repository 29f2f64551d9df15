import type { Hub } from "../hub/open-hub.ts";
import type { Actor } from "./actor.ts";
import { type Scope, scopeSchema } from "./role.ts";
import { sha256OfToken } from "./secret-token.ts";

/** How often the time of a token's last use is written: each request would make reading a write. */
const lastUseStepMs = 60_000;

/** Who sends these headers: by `Authorization: Bearer` when it is there, else by the session's cookie. Undefined for everybody else. */
export async function findActor(hub: Pick<Hub, "database" | "signIn" | "clock">, headers: Headers): Promise<Actor | undefined> {
  const bearer = bearerToken(headers);
  return bearer === undefined ? ofSession(hub, headers) : ofToken(hub, bearer);
}

export function bearerToken(headers: Headers): string | undefined {
  return /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

async function ofSession({ database, signIn }: Pick<Hub, "database" | "signIn">, headers: Headers): Promise<Actor | undefined> {
  const userId = headers.has("cookie") ? await signIn.userOf(headers) : undefined;
  if (userId === undefined) return undefined;
  // Read anew each time: a role taken away, or a person shut out, counts at once.
  const user = await database.user.findUnique({ where: { id: userId } });
  if (user === null || user.disabledAt !== null) return undefined;
  return { userId: user.id, name: user.name, email: user.email, role: user.role };
}

async function ofToken({ database, clock }: Pick<Hub, "database" | "clock">, bearer: string): Promise<Actor | undefined> {
  const now = clock();
  const token = await database.apiToken.findUnique({ where: { tokenSha256: sha256OfToken(bearer) }, include: { user: true } });
  if (token === null || token.revokedAt !== null || token.expiresAt <= now || token.user.disabledAt !== null) return undefined;
  if (now.getTime() - (token.lastUsedAt?.getTime() ?? 0) > lastUseStepMs) {
    await database.apiToken.update({ where: { id: token.id }, data: { lastUsedAt: now } });
  }
  const scopes = token.scopes.filter((scope): scope is Scope => scopeSchema.safeParse(scope).success);
  const { user } = token;
  return { userId: user.id, name: user.name, email: user.email, role: user.role, token: { id: token.id, name: token.name, scopes } };
}
