/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { Port } from "../port.ts";

/** The page's end of a worker. What a worker does not catch ends it, for nothing is certain in it any more. */
export function createWorkerPort(worker: Worker): Port {
  const events = new EventTarget();
  let over = false;

  function end(error?: TenfoldError): void {
    if (over) return;
    over = true;
    worker.terminate();
    events.dispatchEvent(Object.assign(new Event("close"), error ? { error } : {}));
  }

  worker.addEventListener("message", ({ data }) => {
    if (!over) events.dispatchEvent(Object.assign(new Event("message"), { data }));
  });
  worker.addEventListener("messageerror", () => end(new TenfoldError("crashed", "The worker sent something that cannot be read.")));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    // A script that does not load has no words for it.
    end(new TenfoldError("crashed", event.message ? `The worker failed: ${event.message}` : "The worker did not start: its script cannot be loaded."));
  });

  return {
    postMessage: (message) => worker.postMessage(message),
    addEventListener(type: string, listener: (event: never) => void) {
      events.addEventListener(type, listener as unknown as (event: Event) => void);
    },
    close: () => end(),
  };
}
