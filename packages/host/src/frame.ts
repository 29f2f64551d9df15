import { TenfoldError } from "@tenfold/catalog";
import { fromParts, type Part, toParts } from "./parts.ts";

/** Both sides send these eight bytes first: what the stream is, and the version of the protocol as a 16-bit number. */
export const preambleBytes = 8;
const preambleText = "TFHOST";

/** What one frame may take; more is refused before a byte of it is stored. */
export interface FrameLimits {
  headerBytes: number;
  payloadBytes: number;
}
export const defaultFrameLimits: FrameLimits = { headerBytes: 16 * 1024 * 1024, payloadBytes: 1024 * 1024 * 1024 };

const lengthsBytes = 8;
const alignment = 8;

export function encodePreamble(version: number): Uint8Array {
  const bytes = new Uint8Array(preambleBytes);
  bytes.set(new TextEncoder().encode(preambleText));
  new DataView(bytes.buffer).setUint16(preambleText.length, version, true);
  return bytes;
}

/**
 * A message as one frame: the lengths of header and payload, 32 bits each, little-endian; the header, JSON; the payload.
 * @throws TenfoldError `invalid-input` for what cannot be sent, or is larger than the limits.
 */
export function encodeFrame(message: unknown, limits: FrameLimits = defaultFrameLimits): Uint8Array {
  const { json, parts, payload } = toParts(message, alignment);
  const header = new TextEncoder().encode(JSON.stringify(parts.length > 0 ? { message: json, parts } : { message: json }));
  const payloadBytes = payload.reduce((end, { offset, bytes }) => Math.max(end, offset + bytes.length), 0);
  if (header.length > limits.headerBytes || payloadBytes > limits.payloadBytes) {
    throw new TenfoldError(
      "invalid-input",
      `A message of ${header.length} + ${payloadBytes} bytes cannot be sent; ${limits.headerBytes} + ${limits.payloadBytes} are the most.`,
    );
  }
  const frame = new Uint8Array(lengthsBytes + header.length + payloadBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(0, header.length, true);
  view.setUint32(4, payloadBytes, true);
  frame.set(header, lengthsBytes);
  for (const { offset, bytes } of payload) frame.set(bytes, lengthsBytes + header.length + offset);
  return frame;
}

export interface FrameReader {
  /** The messages that are complete with these bytes. Throws an Error that says what is wrong; nothing can be read after that. */
  push(chunk: Uint8Array): unknown[];
  /** True between two frames. */
  readonly atBorder: boolean;
}

/** Reads a stream of the given version, preamble first, whatever its pieces are. */
export function createFrameReader(version: number, limits: FrameLimits = defaultFrameLimits): FrameReader {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let greeted = false;
  let lengths: { header: number; payload: number } | undefined;

  function take(length: number): Uint8Array {
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const chunk = chunks[0] as Uint8Array;
      const piece = chunk.subarray(0, length - filled);
      taken.set(piece, filled);
      filled += piece.length;
      if (piece.length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(piece.length);
    }
    held -= length;
    return taken;
  }

  function next(): { message: unknown } | undefined {
    if (!lengths) {
      if (held < lengthsBytes) return undefined;
      const view = new DataView(take(lengthsBytes).buffer);
      lengths = { header: view.getUint32(0, true), payload: view.getUint32(4, true) };
      if (lengths.header > limits.headerBytes) throw new Error(`a header of ${lengths.header} bytes; ${limits.headerBytes} are allowed`);
      if (lengths.payload > limits.payloadBytes) throw new Error(`a payload of ${lengths.payload} bytes; ${limits.payloadBytes} are allowed`);
    }
    if (held < lengths.header + lengths.payload) return undefined;
    const header = readHeader(take(lengths.header));
    const payload = take(lengths.payload);
    lengths = undefined;
    return { message: fromParts(header.message, header.parts, payload) };
  }

  return {
    get atBorder() {
      return greeted && held === 0 && !lengths;
    },
    push(chunk) {
      if (chunk.length > 0) chunks.push(chunk);
      held += chunk.length;
      if (!greeted) {
        if (held < preambleBytes) return [];
        checkPreamble(take(preambleBytes), version);
        greeted = true;
      }
      const messages: unknown[] = [];
      for (let one = next(); one; one = next()) messages.push(one.message);
      return messages;
    },
  };
}

function checkPreamble(bytes: Uint8Array, version: number): void {
  // React Native's decoder knows UTF-8 alone.
  const text = String.fromCharCode(...bytes.subarray(0, preambleText.length));
  if (text !== preambleText) throw new Error(`something else than frames: it begins with ${JSON.stringify(text)}`);
  const spoken = new DataView(bytes.buffer).getUint16(preambleText.length, true);
  if (spoken !== version) throw new Error(`version ${spoken} of the protocol; this side speaks ${version}`);
}

function readHeader(bytes: Uint8Array): { message: unknown; parts: readonly Part[] } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Error("a header that is not JSON");
  }
  if (typeof header !== "object" || header === null || !("message" in header)) throw new Error("a header without a message");
  const parts = "parts" in header ? header.parts : [];
  if (!Array.isArray(parts)) throw new Error("parts that are no list");
  return { message: header.message, parts };
}
