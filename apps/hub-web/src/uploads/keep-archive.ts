import { TenfoldError } from "@tenfold/catalog";
import { archiveKindOf } from "../artifacts/unpack-archive.ts";
import type { Hub } from "../hub/open-hub.ts";
import { keepUpload, readUpload } from "./read-upload.ts";

/**
 * Keeps an uploaded archive, for a job that reads what it holds. One that is refused then is named by nothing, and swept away later.
 * @throws TenfoldError `invalid-input` for an upload that is not whole, `digest-mismatch`, `unsupported-format` for what is no archive
 */
export async function keepArchive(hub: Hub, uploadId: string): Promise<{ kind: "stored"; sha256: string; name: string }> {
  const upload = await readUpload(hub, uploadId);
  const { name, location, chunkList } = upload;
  if ((await archiveKindOf(location)) === undefined) throw new TenfoldError("unsupported-format", `${name} is no zip, tar or tar.gz.`);
  await keepUpload(hub, upload);
  return { kind: "stored", sha256: chunkList.sha256, name };
}
