/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { Port } from "../port.ts";
import { type HostableAdapter, serveAdapter } from "../serve-adapter.ts";

/**
 * The whole of a worker: serves the one model that its page asks for. The other end is {@link inWorker}.
 * @param adapter or what makes it, from the `arguments` of the other end.
 */
export function runWorker(adapter: HostableAdapter | ((...options: readonly never[]) => HostableAdapter)): void {
  const scope = globalThis as unknown as Port & { close(): void };
  const port: Port = {
    postMessage: (message) => scope.postMessage(message),
    addEventListener: (type: string, listener: (event: never) => void) => scope.addEventListener(type as "message", listener as never),
    close: () => scope.close(),
  };
  // A page is told of errors that a worker does not catch, and not of promises.
  globalThis.addEventListener("unhandledrejection", ({ reason }) =>
    setTimeout(() => {
      throw reason;
    }),
  );
  serveAdapter(port, {
    findAdapter: async (source) =>
      typeof adapter === "function" ? adapter(...((source && "arguments" in source ? source.arguments : []) as readonly never[])) : adapter,
    read:
      ({ path, blob }) =>
      async ({ start, end } = { start: 0, end: blob?.size ?? 0 }) => {
        if (!blob) throw new TenfoldError("unsupported-format", `${path} has no bytes that a worker can be given.`);
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      },
  });
}
