import { findDocument } from "../catalog/find-document.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** A release, manifest or chunk list by its digest. */
export const documentRoute: PublicRoute = {
  path: /^\/catalog\/sha256\/([^/]+)$/,
  name: "/catalog/sha256/{sha256}",
  async answer(request, [, sha256 = ""], { database }) {
    const bytes = await findDocument(database, sha256);
    if (bytes === undefined) return problemResponse(404, "unknown-document", "This hub has published no document of that SHA-256.");
    return jsonResponse(request, { bytes, sha256, immutable: true });
  },
};
