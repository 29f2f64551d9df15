import type { Manifest } from "@tenfold/catalog";
import { inspectFiles } from "@tenfold/core/inspect";
import { openLocalFile } from "../artifacts/open-local-file.ts";
import type { Hub } from "../hub/open-hub.ts";
import { manifestOfFile } from "../imports/manifest-of-file.ts";
import { keepUpload, readUpload } from "./read-upload.ts";

/**
 * Takes an uploaded file in, when it is what the browser sent and a model by its header, and answers how it could be imported. Nothing of it is
 * ever executed.
 * @throws TenfoldError `invalid-input` for an upload that is not whole, `digest-mismatch`, `unsupported-format`, `invalid-format`
 */
export async function manifestOfUpload(hub: Hub, uploadId: string): Promise<Manifest> {
  const upload = await readUpload(hub, uploadId);
  const { location, name: path, chunkList } = upload;
  const { metadata } = await inspectFiles([{ ...(await openLocalFile(location)), path }]);
  const manifest = manifestOfFile({ path, sizeBytes: chunkList.sizeBytes, sha256: chunkList.sha256, metadata, at: hub.clock().toISOString() });
  await keepUpload(hub, upload);
  return manifest;
}
