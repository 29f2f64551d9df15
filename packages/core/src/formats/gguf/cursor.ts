import type { ByteSource } from "./byte-source.ts";
import { invalidGguf } from "./invalid-gguf.ts";

const firstWindowBytes = 64 * 1024;
const largestWindowBytes = 1024 * 1024;

export interface CursorOptions {
  start?: number;
  /** Bytes from the start of the file that may be read. */
  endLimit: number;
  signal?: AbortSignal;
}

/**
 * Reads forward through a source in windows that grow. `ensure` makes bytes available; the other methods then read them
 * without waiting, so that long lists are walked at full speed.
 */
export interface Cursor {
  readonly position: number;
  has(sizeBytes: number): boolean;
  /** @throws TenfoldError `invalid-format` when the file ends before, naming what was being read. */
  ensure(sizeBytes: number, what: string): Promise<void>;
  /** Steps over bytes without reading them. */
  skip(sizeBytes: number, what: string): void;
  /**
   * Steps over strings behind lengths of `prefixBytes` (4 or 8), without waiting: as far as the window holds them whole and none is
   * longer than `limitBytes`. Returns how many.
   */
  skipStrings(count: number, prefixBytes: number, limitBytes: number): number;
  uint8(): number;
  uint32(): number;
  /** Exact up to 2^53; beyond, near enough to be refused. */
  length64(): number;
  scalar(type: string): number | bigint | boolean;
  bytes(sizeBytes: number): Uint8Array;
}

export function createCursor(source: ByteSource, { start = 0, endLimit, signal }: CursorOptions): Cursor {
  let view: DataView = new DataView(new ArrayBuffer(0));
  let base = start;
  let position = start;
  let windowBytes = firstWindowBytes;

  const has = (sizeBytes: number) => position + sizeBytes <= base + view.byteLength;

  function checkEnd(sizeBytes: number, what: string): void {
    const end = position + sizeBytes;
    if (end > source.sizeBytes) {
      throw invalidGguf(`the file is truncated: it has ${source.sizeBytes} bytes and ends inside ${what}, which needs ${end - source.sizeBytes} more`, {
        byte: position,
      });
    }
    if (end > endLimit) throw invalidGguf(`${what} reaches beyond the ${endLimit} bytes that a header may take`, { byte: position });
  }

  async function ensure(sizeBytes: number, what: string): Promise<void> {
    if (has(sizeBytes)) return;
    signal?.throwIfAborted();
    checkEnd(sizeBytes, what);
    const end = Math.min(position + Math.max(sizeBytes, windowBytes), source.sizeBytes, endLimit);
    const bytes = await source.read({ start: position, end });
    signal?.throwIfAborted();
    if (bytes.length < sizeBytes) throw invalidGguf(`the file ends inside ${what}`, { byte: position + bytes.length });
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    base = position;
    windowBytes = Math.min(windowBytes * 2, largestWindowBytes);
  }

  /** The offset of the next bytes in the window, moving past them. */
  function take(sizeBytes: number): number {
    const at = position - base;
    position += sizeBytes;
    return at;
  }

  function scalar(type: string): number | bigint | boolean {
    switch (type) {
      case "uint8":
        return view.getUint8(take(1));
      case "int8":
        return view.getInt8(take(1));
      case "uint16":
        return view.getUint16(take(2), true);
      case "int16":
        return view.getInt16(take(2), true);
      case "uint32":
        return view.getUint32(take(4), true);
      case "int32":
        return view.getInt32(take(4), true);
      case "float32":
        return view.getFloat32(take(4), true);
      case "float64":
        return view.getFloat64(take(8), true);
      case "uint64":
        return narrowed(view.getBigUint64(take(8), true));
      case "int64":
        return narrowed(view.getBigInt64(take(8), true));
      case "bool": {
        const value = view.getUint8(take(1));
        if (value > 1) throw invalidGguf(`a boolean is ${value}, expected 0 or 1`, { byte: position - 1 });
        return value === 1;
      }
      default:
        throw invalidGguf(`${type} is not a scalar type`, { byte: position });
    }
  }

  return {
    get position() {
      return position;
    },
    has,
    ensure,
    skip(sizeBytes, what) {
      checkEnd(sizeBytes, what);
      position += sizeBytes;
      // A window that no longer covers the position holds nothing.
      if (position > base + view.byteLength) {
        view = new DataView(new ArrayBuffer(0));
        base = position;
      }
    },
    skipStrings(count, prefixBytes, limitBytes) {
      const end = view.byteLength;
      let at = position - base;
      let skipped = 0;
      while (skipped < count && at + prefixBytes <= end) {
        const high = prefixBytes === 8 ? view.getUint32(at + 4, true) : 0;
        const sizeBytes = high * 2 ** 32 + view.getUint32(at, true);
        const next = at + prefixBytes + sizeBytes;
        if (next > end || sizeBytes > limitBytes) break;
        at = next;
        skipped += 1;
      }
      position = base + at;
      return skipped;
    },
    uint8: () => view.getUint8(take(1)),
    uint32: () => view.getUint32(take(4), true),
    length64() {
      const at = take(8);
      return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
    },
    scalar,
    bytes: (sizeBytes) => new Uint8Array(view.buffer, view.byteOffset + take(sizeBytes), sizeBytes),
  };
}

function narrowed(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
}
