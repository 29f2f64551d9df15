/// <reference lib="dom" />
import type { Binding, NativeLibrary } from "./binding.ts";
import { openLiteRt } from "./open-litert.ts";

/** Of this page or worker: the package loads its WebAssembly once, whoever asks. */
let opening: Promise<NativeLibrary> | undefined;

/** LiteRT's WebAssembly in a page or worker, its files taken from an address that ends with a slash. */
export function createBrowserBinding(wasm: string): Binding {
  let channel: MessageChannel | undefined;
  const waiting: (() => void)[] = [];

  function ownChannel(): MessageChannel {
    const made = new MessageChannel();
    made.port1.onmessage = () => waiting.shift()?.();
    return made;
  }

  async function open(): Promise<NativeLibrary> {
    if (typeof location === "undefined") throw new Error("This entry is for browsers.");
    const liteRt = await import("@litertjs/core");
    await liteRt.loadLiteRt(wasm, { threads: false, jspi: false });
    // The package does not say which it is at run time.
    return openLiteRt(liteRt, "2.5");
  }

  const binding: Binding = {
    probe: () => binding.open(),
    open() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    // Timers would wait for 4 ms.
    nextTask: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        channel ??= ownChannel();
        channel.port2.postMessage(undefined);
      }),
  };
  return binding;
}
