import { randomUUID } from "node:crypto";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { ApiRouter } from "../src/api/api-router.ts";
import type { Hub } from "../src/hub/open-hub.ts";
import type { Actor } from "../src/people/actor.ts";
import { answerSignIn } from "../src/people/answer-sign-in.ts";
import { createUser } from "../src/people/create-user.ts";
import type { Role, Scope } from "../src/people/role.ts";
import { newSecretToken } from "../src/people/secret-token.ts";
import type { HubProcess } from "./start-hub.ts";

export const password = "correct horse battery";

/** Somebody with an account, as an actor. */
export async function newPerson(hub: Hub, role: Role, name: string = role): Promise<Actor> {
  const email = `${name.toLowerCase()}.${randomUUID().slice(0, 8)}@example.org`;
  const userId = await createUser(hub.database, { email, name, role, passwordHash: await hub.signIn.hashPassword(password) });
  return { userId, name, email, role };
}

/** What a browser on a page of the hub sends to /api/auth. */
export function signInRequest(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`http://hub.example/api/auth${path}`, {
    method: "POST",
    headers: { host: "hub.example", origin: "http://hub.example", "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Signs in with the password above; answers the cookies. */
export async function signIn(hub: Hub, email: string): Promise<string> {
  const response = await answerSignIn(signInRequest("/sign-in/email", { email, password }), hub);
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  return cookiesOf(response);
}

export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** A token of somebody's. */
export async function newToken(hub: Hub, { userId }: Actor, scopes: readonly Scope[], expiresAt = new Date("2027-01-01T00:00:00Z")): Promise<string> {
  const { token, sha256 } = newSecretToken("tfh_");
  await hub.database.apiToken.create({ data: { userId, name: "test", tokenSha256: sha256, scopes: [...scopes], expiresAt } });
  return token;
}

/** Opens the link that a hub prints at its start, as its first administrator, and signs in; answers the cookies. */
export async function becomeAdministrator(hub: HubProcess): Promise<string> {
  const origin = await hub.ready();
  const link = /\/join\/(\S+)/.exec(hub.output())?.[1] ?? "";
  const api = createTRPCClient<ApiRouter>({ links: [httpLink({ url: `${origin}/api/trpc` })] });
  const { email } = await api.people.accept.mutate({ link, email: "ada@example.org", name: "Ada", password });
  const headers = { origin, "content-type": "application/json" };
  return cookiesOf(await fetch(`${origin}/api/auth/sign-in/email`, { method: "POST", headers, body: JSON.stringify({ email, password }) }));
}
