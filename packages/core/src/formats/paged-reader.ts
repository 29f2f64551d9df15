import type { ModelFile } from "./format-handler.ts";
import type { Refusal } from "./invalid-format.ts";

const pageBytes = 64 * 1024;
const mostPages = 64;

/** Reads a file anywhere, a page at a time, and keeps the pages that were used last: 4 MiB at the most. */
export interface PagedReader {
  readonly path: string;
  readonly sizeBytes: number;
  readonly refuse: Refusal;
  /** Bytes `[start, end)`. @throws TenfoldError `invalid-format` when the file ends before, or too much of it was read already. */
  bytes(start: number, end: number, what: string): Promise<Uint8Array>;
  /** The same when it is at hand and lies in one page, without waiting. */
  peek(start: number, end: number): Uint8Array | undefined;
  text(start: number, end: number, what: string): Promise<string>;
}

export interface PagedReaderOptions {
  refuse: Refusal;
  signal?: AbortSignal;
  /** Most bytes to read in all, which bounds the time that a hostile file can take. */
  budgetBytes?: number;
}

const mostTextBytes = 1024 * 1024;

export function createPagedReader(file: ModelFile, { refuse, signal, budgetBytes = 512 * 1024 * 1024 }: PagedReaderOptions): PagedReader {
  const pages = new Map<number, Uint8Array>();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let readBytes = 0;

  function spend(sizeBytes: number, byte: number): void {
    signal?.throwIfAborted();
    readBytes += sizeBytes;
    if (readBytes > budgetBytes) throw refuse(`its description takes more than ${budgetBytes} bytes`, { file: file.path, byte });
  }

  async function page(number: number): Promise<Uint8Array> {
    const known = pages.get(number);
    if (known) {
      pages.delete(number);
      pages.set(number, known);
      return known;
    }
    spend(pageBytes, number * pageBytes);
    const loaded = await file.read({ start: number * pageBytes, end: Math.min((number + 1) * pageBytes, file.sizeBytes) });
    if (pages.size >= mostPages) pages.delete(pages.keys().next().value ?? number);
    pages.set(number, loaded);
    return loaded;
  }

  function peek(start: number, end: number): Uint8Array | undefined {
    const number = Math.floor(start / pageBytes);
    const from = start - number * pageBytes;
    const to = end - number * pageBytes;
    const known = pages.get(number);
    return known && to <= known.length ? known.subarray(from, to) : undefined;
  }

  async function bytes(start: number, end: number, what: string): Promise<Uint8Array> {
    const seen = peek(start, end);
    if (seen) return seen;
    if (start === end) return new Uint8Array(0);
    if (end > file.sizeBytes) {
      throw refuse(`the file is truncated: it has ${file.sizeBytes} bytes and ${what} ends at ${end}`, { file: file.path, byte: start });
    }
    let found: Uint8Array;
    if (Math.floor(start / pageBytes) === Math.floor((end - 1) / pageBytes)) {
      await page(Math.floor(start / pageBytes));
      found = peek(start, end) ?? new Uint8Array(0);
    } else if (end - start <= pageBytes) {
      found = new Uint8Array(end - start);
      const first = await page(Math.floor(start / pageBytes));
      const head = first.subarray(start % pageBytes);
      found.set(head);
      found.set((await page(Math.floor((end - 1) / pageBytes))).subarray(0, end - start - head.length), head.length);
    } else {
      spend(end - start, start);
      found = await file.read({ start, end });
    }
    if (found.length < end - start) throw refuse(`the file ends inside ${what}`, { file: file.path, byte: start + found.length });
    return found;
  }

  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    refuse,
    bytes,
    peek,
    async text(start, end, what) {
      if (end - start > mostTextBytes) throw refuse(`${what} has ${end - start} bytes; ${mostTextBytes} is the most`, { file: file.path, byte: start });
      const found = await bytes(start, end, what);
      try {
        return decoder.decode(found);
      } catch {
        throw refuse(`${what} is not UTF-8`, { file: file.path, byte: start });
      }
    },
  };
}
