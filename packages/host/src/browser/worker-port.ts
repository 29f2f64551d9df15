/// <reference lib="dom" />
import { TenfoldError } from "@tenfold/catalog";
import type { Port } from "../port.ts";

export interface WorkerPort extends Port {
  /** Whether there was no script to run. */
  didNotStart(): boolean;
}

/** The page's end of a worker. What a worker does not catch ends it, for nothing is certain in it any more. */
export function createWorkerPort(worker: Worker): WorkerPort {
  const events = new EventTarget();
  let over = false;
  let scriptless = false;

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
    scriptless = !event.message;
    end(new TenfoldError("crashed", event.message ? `The worker failed: ${event.message}` : "The worker did not start: its script cannot be loaded."));
  });

  return {
    postMessage: (message) => worker.postMessage(message),
    addEventListener(type: string, listener: (event: never) => void) {
      events.addEventListener(type, listener as unknown as (event: Event) => void);
    },
    close: () => end(),
    didNotStart: () => scriptless,
  };
}
