import { TenfoldError } from "@tenfold/catalog";
import { framework } from "./errors.ts";

/** An image that its own bytes make impossible to read. */
export function undecodable(mediaType: string, cause: unknown): TenfoldError {
  return new TenfoldError("invalid-input", `The image (${mediaType}) cannot be decoded.`, {
    framework,
    cause,
    remedy: "Send a PNG, JPEG or WebP that is whole.",
  });
}

/** Four bytes for each pixel as three, on white. */
export function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = (rgba[from + 3] ?? 255) / 255;
    for (let channel = 0; channel < 3; channel += 1) rgb[to + channel] = Math.round((rgba[from + channel] ?? 0) * alpha + 255 * (1 - alpha));
  }
  return rgb;
}
