import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { tinyLiteRtLmModel } from "@tenfold/adapter-testkit/models";

/** The model inside the tiny .litertlm, as litert-torch writes it: with a mask as an input, and the cache's values turned about. */
export async function modelInLiteRtLm(): Promise<Uint8Array> {
  const [file] = (await tinyLiteRtLmModel()).files;
  if (!file) throw new Error("The tiny model has no file.");
  const bytes = await file.read();
  // Sections begin at multiples of 16 KiB; a .tflite has "TFL3" behind its first four bytes.
  for (let start = 0; start < bytes.length; start += 16 * 1024) {
    if (new TextDecoder().decode(bytes.subarray(start + 4, start + 8)) === "TFL3") return bytes.slice(start);
  }
  throw new Error("There is no .tflite in the tiny .litertlm.");
}

/** The tiny model without a cache, with a signature for each form. */
export const plainModel = () =>
  readFile(fileURLToPath(new URL("../../adapter-testkit/models/tenfold-tiny/tflite-plain/tenfold-tiny-plain-f16.tflite", import.meta.url)));
