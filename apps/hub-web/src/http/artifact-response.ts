import { sha256Schema } from "@tenfold/catalog";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { parseByteRange } from "./byte-range.ts";
import { corsHeaders } from "./cors.ts";
import { matchesEntityTag } from "./entity-tag.ts";
import { fileStream } from "./file-stream.ts";
import { problemResponse } from "./problem-response.ts";

/** Answers GET and HEAD for a stored file: whole, one byte range, or not modified. */
export async function artifactResponse(request: Request, sha256: string, store: ArtifactStore): Promise<Response> {
  const file = sha256Schema.safeParse(sha256).success ? await store.open(sha256) : undefined;
  if (file === undefined) return problemResponse(404, "unknown-artifact", "This hub holds no file of that SHA-256.");

  const tag = `"${sha256}"`;
  const { sizeBytes } = file;
  const headers: Record<string, string> = {
    ...corsHeaders,
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    // no-transform: a proxy that compresses would break ranges.
    "cache-control": "public, max-age=31536000, immutable, no-transform",
    etag: tag,
  };

  if (matchesEntityTag(request.headers.get("if-none-match"), tag)) {
    await file.close();
    return new Response(null, { status: 304, headers });
  }
  // Ranges are defined for GET alone, and If-Range compares strongly (RFC 9110, 13.1.5 and 14.2).
  const ifRange = request.headers.get("if-range");
  const wantsRange = request.method === "GET" && (ifRange === null || ifRange === tag);
  const range = wantsRange ? parseByteRange(request.headers.get("range"), sizeBytes) : undefined;
  if (range === "unsatisfiable") {
    await file.close();
    return problemResponse(416, "range-not-satisfiable", `The file has ${sizeBytes} bytes.`, { "content-range": `bytes */${sizeBytes}` });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  headers["content-length"] = String(end - start);
  if (range) headers["content-range"] = `bytes ${start}-${end - 1}/${sizeBytes}`;
  const status = range ? 206 : 200;
  if (request.method === "HEAD") {
    await file.close();
    return new Response(null, { status, headers });
  }
  return new Response(fileStream(file, { start, end }), { status, headers });
}
