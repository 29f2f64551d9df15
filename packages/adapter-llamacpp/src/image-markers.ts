import { TenfoldError } from "@tenfold/catalog";
import type { ContentPart, Message } from "@tenfold/core";
import type { NativeImage } from "./binding.ts";

/** Not seen, and no part of any marker. */
const wordJoiner = "\u2060";

/**
 * Messages with a marker where each image was, and the images in the order of their markers. What spells a marker in a message's text is broken up.
 * @throws TenfoldError `invalid-input` for what says itself that it is no image.
 */
export function markImages(messages: readonly Message[], marker: string): { messages: readonly Message[]; images: readonly NativeImage[] } {
  const images: NativeImage[] = [];
  const plain = (text: string) => text.replaceAll(marker, marker.slice(0, 1) + wordJoiner + marker.slice(1));
  const marked = messages.map((message): Message => {
    if (typeof message.content === "string") return { ...message, content: plain(message.content) };
    const parts = message.content.map((part): ContentPart => {
      if (part.type === "text") return { ...part, text: plain(part.text) };
      if (part.type !== "image") return part;
      const { bytes, mediaType } = part;
      if (!/^image\/[\w.+-]+$/.test(mediaType))
        throw new TenfoldError("invalid-input", `The media type of an image is ${mediaType}, expected one like image/png.`, { framework: "llama.cpp" });
      images.push({ bytes, mediaType });
      return { type: "text", text: marker };
    });
    return { ...message, content: parts };
  });
  return images.length === 0 ? { messages, images } : { messages: marked, images };
}

/** @throws TenfoldError `invalid-input` where a tool's result, or parts that meet, spell a marker that stands for nothing. */
export function checkMarkers(text: string, marker: string, images: readonly NativeImage[]): void {
  if (images.length === 0 || text.split(marker).length - 1 === images.length) return;
  throw new TenfoldError("invalid-input", `The messages have ${images.length} images and spell ${marker}, which stands for an image, in other places too.`, {
    framework: "llama.cpp",
    remedy: `Leave ${marker} out of messages that come with images.`,
  });
}
