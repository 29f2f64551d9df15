import type { OnReadOpts, Socket } from "node:net";

const bufferBytes = 512 * 1024;

/** Reads a socket by pulling, without a copy. */
export interface SocketReader {
  readonly socket: Socket;
  /** The next bytes, valid until the next call; undefined at the end. Rejects with the signal's reason or the socket's error. */
  read(): Promise<Uint8Array | undefined>;
  /** The next call of `read` returns these bytes. */
  unread(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Three buffers take turns: one is with the reader, one waits for it, and the system fills the third.
 * @param open makes the socket with the options that lead its bytes here.
 */
export function createSocketReader(open: (onread: OnReadOpts) => Socket, signal: AbortSignal): SocketReader {
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)];
  let turn = 0;
  /** Bytes that came and nobody has read. At most one piece: while there is one, the socket rests. */
  let arrived: Uint8Array | undefined;
  let pushedBack: Uint8Array | undefined;
  let ended = false;
  let failure: unknown;
  let wake: (() => void) | undefined;

  const socket = open({
    buffer: () => {
      turn = (turn + 1) % buffers.length;
      return buffers[turn] as Buffer;
    },
    callback: (countBytes, buffer) => {
      arrived = buffer.subarray(0, countBytes);
      wake?.();
      return false;
    },
  });
  const abort = () => socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("end", () => {
    ended = true;
    wake?.();
  });
  socket.on("close", () => {
    ended = true;
    signal.removeEventListener("abort", abort);
    wake?.();
  });

  return {
    socket,
    async read() {
      if (pushedBack) {
        const bytes = pushedBack;
        pushedBack = undefined;
        return bytes;
      }
      while (!arrived && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      signal.throwIfAborted();
      const bytes = arrived;
      arrived = undefined;
      if (bytes) {
        socket.resume();
        return bytes;
      }
      if (failure) throw failure;
      return undefined;
    },
    unread(bytes) {
      if (bytes.length > 0) pushedBack = bytes;
    },
    close: () => void socket.destroy(),
  };
}
