import { createHash } from "node:crypto";
import { corsHeaders } from "./cors.ts";
import { matchesEntityTag } from "./entity-tag.ts";

export interface JsonResponseOptions {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the JSON, when it is known already. */
  readonly sha256?: string;
  /** Documents named by their digest never change; everything else is asked for anew. */
  readonly immutable: boolean;
  /** How the bytes are compressed; absent when they are the JSON itself. */
  readonly encoding?: "br";
}

/** Answers GET and HEAD with JSON bytes exactly as they are, or with 304 when the client has them. */
export function jsonResponse(request: Request, { bytes, sha256 = digestOf(bytes), immutable, encoding }: JsonResponseOptions): Response {
  // What is compressed is another representation, and has a tag of its own (RFC 9110, 8.8.3.3).
  const tag = encoding === undefined ? `"${sha256}"` : `"${sha256}-${encoding}"`;
  const headers: Record<string, string> = {
    ...corsHeaders,
    "content-type": "application/json; charset=utf-8",
    "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
  };
  if (immutable) headers.vary = "Accept-Encoding";
  if (matchesEntityTag(request.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers });
  if (encoding !== undefined) headers["content-encoding"] = encoding;
  headers["content-length"] = String(bytes.byteLength);
  return new Response(request.method === "HEAD" ? null : bytes, { status: 200, headers });
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
