import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export type HashMessage = { readonly doneBytes: number } | { readonly sha256: string } | { readonly error: string };

/** Hashes a file beside the page, which stays awake. */
self.onmessage = async ({ data: file }: MessageEvent<File>) => {
  try {
    const hash = sha256.create();
    let doneBytes = 0;
    const reader = file.stream().getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      hash.update(piece.value);
      doneBytes += piece.value.byteLength;
      self.postMessage({ doneBytes } satisfies HashMessage);
    }
    self.postMessage({ sha256: bytesToHex(hash.digest()) } satisfies HashMessage);
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies HashMessage);
  }
};
