import { TenfoldError } from "@tenfold/catalog";

export interface BodyLimit {
  readonly mostBytes: number;
  /** Whose answer it is, for messages. */
  readonly what: string;
  /** Aborted when the answer has taken too long. */
  readonly overtime: AbortSignal;
}

/** The same bytes, broken off where they become too many. Reads no faster than it is read. */
export function limitedBody(body: ReadableStream<Uint8Array>, { mostBytes, what, overtime }: BodyLimit): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let receivedBytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await reader.read().catch((error: unknown) => {
          if (overtime.aborted) throw new TenfoldError("timeout", `${what} took longer than the hub waits.`, { cause: error });
          throw error;
        });
        if (piece.done) return controller.close();
        receivedBytes += piece.value.byteLength;
        if (receivedBytes > mostBytes) {
          await reader.cancel().catch(() => {});
          throw new TenfoldError("size-mismatch", `${what} sends more than the ${mostBytes} bytes that the hub takes.`);
        }
        controller.enqueue(piece.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
