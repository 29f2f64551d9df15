import { joinBytes } from "@tenfold/catalog";
import { invalidTokenizer, unsupportedTokenizer } from "../invalid-tokenizer.ts";

/**
 * Unpacks deflated data.
 * @throws TenfoldError `invalid-format` when it is damaged or longer than `mostBytes`, `unsupported-format` where the engine cannot unpack.
 */
export async function inflate(packed: Uint8Array, format: "deflate" | "deflate-raw", mostBytes: number): Promise<Uint8Array> {
  if (typeof DecompressionStream === "undefined") throw unsupportedTokenizer("it is packed, and this JavaScript engine cannot unpack it");
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream(format));
    const reader = stream.getReader();
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const part = value as Uint8Array;
      length += part.length;
      if (length > mostBytes) {
        await reader.cancel();
        throw invalidTokenizer(`unpacks to more than ${mostBytes} bytes`, "its packed part");
      }
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "TenfoldError") throw error;
    throw invalidTokenizer("cannot be unpacked", "its packed part", error);
  }
  return joinBytes(parts);
}
