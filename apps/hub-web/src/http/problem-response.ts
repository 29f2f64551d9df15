import { STATUS_CODES } from "node:http";
import { corsHeaders } from "./cors.ts";

/** An error as RFC 9457 writes it, with a code for programs: `{ title, status, code, detail }`. Never stored by caches. */
export function problemResponse(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = JSON.stringify({ title: STATUS_CODES[status], status, code, detail });
  return new Response(body, {
    status,
    headers: {
      ...corsHeaders,
      "cache-control": "no-store",
      "content-type": "application/problem+json",
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    },
  });
}
