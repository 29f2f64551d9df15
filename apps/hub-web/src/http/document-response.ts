import { sha256Schema } from "@tenfold/catalog";
import { findDocument } from "../catalog/find-document.ts";
import type { Hub } from "../hub/open-hub.ts";
import { acceptsBrotli } from "./accepts-brotli.ts";
import { jsonResponse } from "./json-response.ts";

/** Answers GET and HEAD for a published document, with Brotli for who takes it; `undefined` when there is no such document. */
export async function documentResponse(request: Request, sha256: string, { database, compressed }: Hub): Promise<Response | undefined> {
  if (!sha256Schema.safeParse(sha256).success) return undefined;
  const wantsBrotli = acceptsBrotli(request.headers.get("accept-encoding"));
  const small = wantsBrotli ? await compressed.find(sha256) : undefined;
  if (small) return jsonResponse(request, { bytes: small, sha256, immutable: true, encoding: "br" });
  const bytes = await findDocument(database, sha256);
  if (bytes === undefined) return undefined;
  if (wantsBrotli) compressed.makeLater(sha256, bytes);
  return jsonResponse(request, { bytes, sha256, immutable: true });
}
