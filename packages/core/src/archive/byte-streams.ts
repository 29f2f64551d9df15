import type { ByteSource } from "../formats/gguf/byte-source.ts";
import type { ArchiveRefusal } from "./archive-refusal.ts";
import { createByteReader } from "./byte-reader.ts";

const readBytes = 256 * 1024;
/** Browsers inflate whatever they are given at once: 16 KiB become 16 MiB at the most. */
const packedPieceBytes = 16 * 1024;

export interface StreamContext {
  refuse: ArchiveRefusal;
  signal?: AbortSignal;
  /** How far into the archive reading has come. */
  onRead?: (position: number) => void;
}

/** Bytes `[start, end)` of a source, piece by piece. @throws TenfoldError `invalid-format` when it ends before. */
export async function* readPieces(source: ByteSource, start: number, end: number, { refuse, signal, onRead }: StreamContext): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end; ) {
    signal?.throwIfAborted();
    const bytes = await source.read({ start: position, end: Math.min(position + readBytes, end) });
    if (bytes.length === 0) throw refuse("it is truncated", { byte: position });
    yield bytes;
    position += bytes.length;
    onRead?.(position);
  }
  signal?.throwIfAborted();
}

/** Inflates as fast as it is read, no faster. @throws what `packed` throws; TenfoldError `invalid-format` for bad data. */
export async function* inflate(
  packed: AsyncGenerator<Uint8Array>,
  format: "gzip" | "deflate-raw",
  { refuse, signal, member }: StreamContext & { member?: string },
): AsyncGenerator<Uint8Array> {
  const reader = createByteReader(packed);
  let failure: { reason: unknown } | undefined;
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const piece = await reader.some(packedPieceBytes);
          if (piece) controller.enqueue(piece as Uint8Array<ArrayBuffer>);
          else controller.close();
        } catch (reason) {
          failure = { reason };
          throw reason;
        }
      },
      cancel: async () => void (await packed.return(undefined)),
    },
    { highWaterMark: 0 },
  );
  const output = input.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    while (true) {
      signal?.throwIfAborted();
      const { done, value } = await output.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (failure) throw failure.reason;
    throw refuse(
      `its compressed data is damaged or truncated: ${error instanceof Error ? error.message : String(error)}`,
      member === undefined ? {} : { member },
    );
  } finally {
    await output.cancel().catch(() => undefined);
  }
}
