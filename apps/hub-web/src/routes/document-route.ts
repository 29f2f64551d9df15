import { documentResponse } from "../http/document-response.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** A release, manifest or chunk list by its digest. */
export const documentRoute: PublicRoute = {
  path: /^\/catalog\/sha256\/([^/]+)$/,
  name: "/catalog/sha256/{sha256}",
  async answer(request, [, sha256 = ""], hub) {
    const response = await documentResponse(request, sha256, hub);
    return response ?? problemResponse(404, "unknown-document", "This hub has published no document of that SHA-256.");
  },
};
