import { createHash } from "node:crypto";
import { corsHeaders } from "./cors.ts";
import { matchesEntityTag } from "./entity-tag.ts";

export interface JsonResponseOptions {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the bytes, when it is known already. */
  readonly sha256?: string;
  /** Documents named by their digest never change; everything else is asked for anew. */
  readonly immutable: boolean;
}

/** Answers GET and HEAD with JSON bytes exactly as they are, or with 304 when the client has them. */
export function jsonResponse(request: Request, { bytes, sha256 = createHash("sha256").update(bytes).digest("hex"), immutable }: JsonResponseOptions): Response {
  const tag = `"${sha256}"`;
  const headers: Record<string, string> = {
    ...corsHeaders,
    "content-type": "application/json; charset=utf-8",
    "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
  };
  if (matchesEntityTag(request.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers });
  headers["content-length"] = String(bytes.byteLength);
  return new Response(request.method === "HEAD" ? null : bytes, { status: 200, headers });
}
