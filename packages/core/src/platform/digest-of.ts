import type { Platform } from "./platform.ts";

/** SHA-256 of bytes, or of a text in UTF-8. */
export function digestOf(platform: Pick<Platform, "sha256">, content: Uint8Array | string): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const hash = platform.sha256(bytes.length);
  hash.update(bytes);
  return hash.digest();
}
