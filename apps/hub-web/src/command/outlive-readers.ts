import type { Writable } from "node:stream";

/**
 * Goes on when nobody reads any more what this process says: its terminal is closed, a log collector has died. Without a listener the broken pipe would be an
 * uncaught error, Next would report it to the same pipe, and so on for ever, so that the hub could not even be stopped.
 */
export function outliveReaders(streams: readonly Writable[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) stream.on("error", () => {});
}
