import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import { hashFile } from "../artifacts/hash-file.ts";
import { linkOrCopy } from "../artifacts/link-or-copy.ts";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import type { Hub } from "../hub/open-hub.ts";
import { createDocument } from "../publishing/create-document.ts";
import { saveDocuments } from "../publishing/save-documents.ts";

/** An upload that has arrived whole, and is what the browser sent. */
export interface ReadUpload {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly chunkList: ChunkList;
}

/** @throws TenfoldError `invalid-input` for an upload that is not whole, `digest-mismatch` */
export async function readUpload({ uploads }: Pick<Hub, "uploads">, id: string): Promise<ReadUpload> {
  const upload = await uploads.find(id);
  if (upload === undefined)
    throw new TenfoldError("invalid-input", "There is no such upload, or it has not arrived whole.", {
      remedy: "Upload the file again; what has arrived is kept.",
    });
  const { location, name } = upload;
  const chunkList = await hashFile(location);
  if (chunkList.sha256 === upload.sha256) return { id, name, location, chunkList };
  await uploads.remove(id);
  throw new TenfoldError("digest-mismatch", `${name} arrived with the SHA-256 ${chunkList.sha256}, and your browser read ${upload.sha256}.`, {
    remedy: "Upload it again.",
  });
}

/** Keeps an upload's file among the artifacts. Nobody is shown it until it was verified and published. */
export async function keepUpload({ store, database, uploads }: Hub, { id, location, chunkList }: ReadUpload): Promise<void> {
  // The upload stays until the database knows of the file: killed in between, the hub has it still.
  await linkOrCopy(location, `${location}.kept`);
  const { path } = await store.adopt(`${location}.kept`, chunkList);
  const document = createDocument("chunkList", chunkList);
  const { sha256, sizeBytes } = chunkList;
  await database.$transaction(async (transaction) => {
    await saveDocuments(transaction, [document]);
    await saveStoredFiles(transaction, [{ sha256, sizeBytes, path, chunkListSha256: document.sha256 }]);
  });
  await uploads.remove(id);
}
