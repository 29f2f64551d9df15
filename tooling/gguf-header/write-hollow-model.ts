import { open } from "node:fs/promises";
import { encodeModelHeader, type ModelHeader } from "./model-header.ts";

/** Writes a model whose weights are a hole in the file: it loads, takes no room on the disk, and answers nonsense. */
export async function writeHollowModel(path: string, header: ModelHeader): Promise<void> {
  const { head, sizeBytes } = encodeModelHeader(header);
  const file = await open(path, "wx");
  try {
    await file.write(head);
    await file.truncate(sizeBytes);
  } finally {
    await file.close();
  }
}
