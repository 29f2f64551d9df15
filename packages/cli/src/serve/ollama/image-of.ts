import { TenfoldError } from "@tenfold/catalog";
import type { ContentPart } from "@tenfold/core";

const signatures: readonly (readonly [string, readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
];

/** Ollama's images are base64 without a type: their first bytes tell it. */
export function imageOf(base64: string): ContentPart {
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const [mediaType] = signatures.find(([, start]) => start.every((byte, index) => bytes[index] === byte)) ?? [];
  if (mediaType === undefined) throw new TenfoldError("invalid-input", "An image is neither PNG, JPEG, GIF nor WebP.");
  return { type: "image", bytes, mediaType };
}
