import { corsHeaders } from "./cors.ts";

/** An error as JSON: `{ error: { code, message } }`. Never stored by caches. */
export function problemResponse(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ error: { code, message } }, { status, headers: { ...corsHeaders, "cache-control": "no-store", ...headers } });
}
