import type { OpenArtifact } from "../artifacts/artifact-store.ts";
import type { ByteRange } from "./byte-range.ts";

const pieceBytes = 256 * 1024;

/** Reads a range when it is asked to and no faster, and closes the file at the end, on an error, and when nobody wants more. */
export function fileStream(file: OpenArtifact, { start, end }: ByteRange): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const piece = new Uint8Array(Math.min(pieceBytes, end - position));
          const count = await file.read(piece, position);
          if (count === 0) throw new Error(`the file ended at byte ${position}, before ${end}`);
          position += count;
          controller.enqueue(piece.subarray(0, count));
        } catch (error) {
          await file.close();
          throw error;
        }
        if (position < end) return;
        await file.close();
        controller.close();
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
