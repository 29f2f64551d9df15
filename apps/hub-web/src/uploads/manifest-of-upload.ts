import { type Manifest, TenfoldError } from "@tenfold/catalog";
import { inspectFiles } from "@tenfold/core/inspect";
import { hashFile } from "../artifacts/hash-file.ts";
import { linkOrCopy } from "../artifacts/link-or-copy.ts";
import { openLocalFile } from "../artifacts/open-local-file.ts";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import type { Hub } from "../hub/open-hub.ts";
import { manifestOfFile } from "../imports/manifest-of-file.ts";
import { createDocument } from "../publishing/create-document.ts";
import { saveDocuments } from "../publishing/save-documents.ts";

/**
 * Takes an uploaded file in, when it is what the browser sent and a model by its header, and answers how it could be imported. Nothing of it is
 * ever executed, and nobody is shown it until it was verified and published.
 * @throws TenfoldError `invalid-input` for an upload that is not whole, `digest-mismatch`, `unsupported-format`, `invalid-format`
 */
export async function manifestOfUpload(hub: Hub, uploadId: string): Promise<Manifest> {
  const upload = await hub.uploads.find(uploadId);
  if (upload === undefined)
    throw new TenfoldError("invalid-input", "There is no such upload, or it has not arrived whole.", {
      remedy: "Upload the file again; what has arrived is kept.",
    });
  const { location, name } = upload;
  const chunkList = await hashFile(location);
  if (chunkList.sha256 !== upload.sha256) {
    await hub.uploads.remove(uploadId);
    throw new TenfoldError("digest-mismatch", `${name} arrived with the SHA-256 ${chunkList.sha256}, and your browser read ${upload.sha256}.`, {
      remedy: "Upload it again.",
    });
  }
  const { metadata } = await inspectFiles([{ ...(await openLocalFile(location)), path: name }]);
  const manifest = manifestOfFile({ path: name, sizeBytes: chunkList.sizeBytes, sha256: chunkList.sha256, metadata, at: hub.clock().toISOString() });

  // The upload stays until the database knows of the file: killed in between, the hub has it still.
  await linkOrCopy(location, `${location}.kept`);
  const { path } = await hub.store.adopt(`${location}.kept`, chunkList);
  const document = createDocument("chunkList", chunkList);
  const { sha256, sizeBytes } = chunkList;
  await hub.database.$transaction(async (transaction) => {
    await saveDocuments(transaction, [document]);
    await saveStoredFiles(transaction, [{ sha256, sizeBytes, path, chunkListSha256: document.sha256 }]);
  });
  await hub.uploads.remove(uploadId);
  return manifest;
}
