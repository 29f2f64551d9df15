import { type NextRequest, NextResponse } from "next/server";
import { pageHeaders } from "./http/page-headers.ts";

/** Gives each page its security headers, with a nonce of its own for the scripts that Next writes into it. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const headers = pageHeaders({ nonce, development: process.env.NODE_ENV === "development" });
  // Next reads the nonce from the request's own policy header.
  const forwarded = new Headers(request.headers);
  forwarded.set("content-security-policy", headers["content-security-policy"]);
  const response = NextResponse.next({ request: { headers: forwarded } });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** Pages, those that say that there is nothing included; what machines read has headers of its own. */
export const config = { matcher: "/((?!api/(?:auth|trpc|uploads)(?:/|$)|_next/static/).*)" };
