import type { TokenSink } from "../models/token-sink.ts";
import type { TokenTexts } from "../token-texts.ts";

/** Takes the spaces out of the spans that tokens begin or end with. One at the very beginning stays where it was put there. */
export function trimOffsets(sink: TokenSink, texts: TokenTexts, addPrefixSpace: boolean): void {
  const { spans } = sink;
  if (!spans) return;
  for (let index = 0; index < sink.length; index += 1) {
    const bytes = texts.bytesOf(sink.ids[index] as number);
    let leading = 0;
    while (leading < bytes.length && bytes[leading] === 0x20) leading += 1;
    let trailing = 0;
    while (trailing < bytes.length && bytes[bytes.length - 1 - trailing] === 0x20) trailing += 1;
    const start = spans[index * 2] as number;
    const end = spans[index * 2 + 1] as number;
    if ((index === 0 || start === 0) && addPrefixSpace && leading === 1) leading = 0;
    const trimmedStart = Math.min(start + leading, end);
    spans[index * 2] = trimmedStart;
    if (trailing > 0 && end >= trailing) spans[index * 2 + 1] = Math.max(end - trailing, trimmedStart);
  }
}
