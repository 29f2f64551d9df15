import { isSameOrigin } from "../http/same-origin.ts";
import type { Hub } from "../hub/open-hub.ts";
import { clientAddressHeader } from "../server/client-address.ts";

/** What is used of better-auth; everything else it could answer is closed. */
const open = /^\/(?:sign-in\/(?:email|social)|callback\/[\w-]+|sign-out|change-password)$/;
const attempts = /^\/(?:sign-in\/|change-password)/;

type Parts = Pick<Hub, "signIn" | "limits" | "publicUrl" | "log">;

/** Answers the paths under /api/auth: only those in use, from pages of this hub, and no more attempts than a person makes. */
export async function answerSignIn(request: Request, { signIn, limits, publicUrl, log }: Parts): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = pathname.slice("/api/auth".length);
  if (!open.test(path)) return refusal(404, "There is nothing at this path.");
  if (request.method !== "GET") {
    if (!isSameOrigin(request.headers, publicUrl)) return refusal(403, "This request came from another site's page.");
    if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) return refusal(415, "Expected JSON.");
  }
  const account = path === "/sign-in/email" ? await accountOf(request.clone()) : undefined;
  if (attempts.test(path)) {
    const address = request.headers.get(clientAddressHeader) ?? "unknown";
    const waitSeconds =
      (await limits.take("sign-in by address", address)) ?? (account === undefined ? undefined : await limits.take("sign-in by account", account));
    if (waitSeconds !== undefined) {
      log.warn(`too many attempts to sign in from ${address}`);
      return refusal(429, `Too many attempts. Try again in ${waitSeconds} seconds.`, { "retry-after": String(waitSeconds) });
    }
  }
  // Next's idea of the hub's address is what it listens on; where the browser has to come back to is what it asked for.
  const origin = publicUrl ?? `http://${request.headers.get("host") ?? "localhost"}`;
  const response = await signIn.answer(new Request(new URL(pathname + search, origin), request));
  if (account !== undefined && response.ok) await limits.clear("sign-in by account", account);
  return response;
}

async function accountOf(request: Request): Promise<string | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  return typeof body === "object" && body !== null && "email" in body && typeof body.email === "string" ? body.email.toLowerCase() : undefined;
}

/** In the shape of better-auth's own errors. */
function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ message }, { status, headers: { "cache-control": "no-store", ...headers } });
}
