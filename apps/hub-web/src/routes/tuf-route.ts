import type { Database } from "../database/open-database.ts";
import { documentResponse } from "../http/document-response.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problemResponse } from "../http/problem-response.ts";
import type { PublicRoute } from "./public-route.ts";

/** Signed metadata as The Update Framework names them: `timestamp.json`, and every other role by its version. */
export const tufRoute: PublicRoute = {
  path: /^\/tuf\/([^/]+)$/,
  name: "/tuf/{name}",
  async answer(request, [, name = ""], { database }) {
    const [, version, role = "timestamp"] = /^(?:timestamp|(\d{1,9})\.(root|snapshot|targets))\.json$/.exec(name) ?? [undefined, undefined, ""];
    const bytes = role === "" ? undefined : await findMetadata(database, role, version);
    if (bytes === undefined) return problemResponse(404, "unknown-metadata", "This hub has signed nothing of that name.");
    // A root of a name changes once: when a person's keys take the place of those for development.
    return jsonResponse(request, { bytes, immutable: role === "snapshot" || role === "targets" });
  },
};

/** A release, for clients that know TUF and nothing of Tenfold: `releases/<digest>.<number>.json`. */
export const tufTargetRoute: PublicRoute = {
  path: /^\/tuf\/targets\/releases\/([0-9a-f]{64})\.\d+\.json$/,
  name: "/tuf/targets/releases/{name}",
  async answer(request, [, sha256 = ""], hub) {
    const response = await documentResponse(request, sha256, hub);
    return response ?? problemResponse(404, "unknown-document", "This hub has published no release of that SHA-256.");
  },
};

async function findMetadata(database: Database, role: string, version: string | undefined): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await database.signedMetadata.findFirst({
    where: { role, ...(version === undefined ? {} : { version: Number(version) }) },
    orderBy: { version: "desc" },
  });
  return row?.bytes;
}
