import { artifactResponse } from "../http/artifact-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** The bytes of a file that the hub holds. */
export const artifactRoute: PublicRoute = {
  path: /^\/artifacts\/sha256\/([^/]+)$/,
  name: "/artifacts/sha256/{sha256}",
  answer: (request, [, sha256 = ""], { store }) => artifactResponse(request, sha256, store),
};
