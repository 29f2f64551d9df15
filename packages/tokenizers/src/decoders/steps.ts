import { byteOfToken } from "../models/byte-tokens.ts";
import { isUtf8, readUtf8 } from "../text/utf8.ts";
import { type DecoderStep, mapParts } from "./decoder-step.ts";

/** "<0x61>" becomes what it stands for; bytes that are no text together become U+FFFD each. */
export function createByteFallback(): DecoderStep {
  let bytes: number[] = [];
  function flush(): string[] {
    if (bytes.length === 0) return [];
    const run = Uint8Array.from(bytes);
    bytes = [];
    return isUtf8(run) ? [readUtf8(run)] : Array.from(run, () => "\ufffd");
  }
  return {
    push(part) {
      const byte = byteOfToken(part);
      if (byte < 0) return [...flush(), part];
      bytes.push(byte);
      return [];
    },
    end: flush,
  };
}

export interface StripSettings {
  /** One character. */
  readonly content: string;
  readonly start: number;
  readonly stop: number;
}

/** Strips the one part that everything before was fused to: the beginning as it comes, the end when it has come. */
export function createFusedStrip({ content, start, stop }: StripSettings): DecoderStep {
  let left = start;
  let held = "";
  return {
    push(part) {
      let text = held + part;
      for (; left > 0 && text.startsWith(content); left -= 1) text = text.slice(content.length);
      if (text !== "") left = 0;
      const ready = text.length - stop * content.length;
      held = ready > 0 ? text.slice(ready) : text;
      return ready > 0 ? [text.slice(0, ready)] : [];
    },
    end: () => [stripText(held, content, 0, stop)],
  };
}

export function createStrip({ content, start, stop }: StripSettings): DecoderStep {
  return mapParts((part) => stripText(part, content, start, stop));
}

function stripText(text: string, content: string, start: number, stop: number): string {
  let stripped = text;
  for (let count = 0; count < start && stripped.startsWith(content); count += 1) stripped = stripped.slice(content.length);
  for (let count = 0; count < stop && stripped.endsWith(content); count += 1) stripped = stripped.slice(0, -content.length);
  return stripped;
}

export function createMetaspaceDecoder(replacement: string, dropsFirst: boolean): DecoderStep {
  return mapParts((part, index) => part.split(replacement).join(index === 0 && dropsFirst ? "" : " "));
}

export function createWordPieceDecoder(prefix: string, cleanup: boolean): DecoderStep {
  return mapParts((part, index) => {
    const joined = index === 0 ? part : part.startsWith(prefix) ? part.slice(prefix.length) : ` ${part}`;
    return cleanup ? cleanUp(joined) : joined;
  });
}

const cleanings: readonly (readonly [string, string])[] = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function cleanUp(text: string): string {
  return cleanings.reduce((cleaned, [from, to]) => cleaned.split(from).join(to), text);
}

/** The suffix that ends a word becomes a space, except at the very end: each part waits for the next. */
export function createSuffixDecoder(suffix: string): DecoderStep {
  let held: string | undefined;
  return {
    push(part) {
      const ready = held === undefined ? [] : [held.split(suffix).join(" ")];
      held = part;
      return ready;
    },
    end: () => (held === undefined ? [] : [held.split(suffix).join("")]),
  };
}

/** Waits for everything, for steps that look across the borders of parts. */
export function collectParts(map: (text: string) => string): DecoderStep {
  let text = "";
  return {
    push(part) {
      text += part;
      return [];
    },
    end: () => [map(text)],
  };
}
