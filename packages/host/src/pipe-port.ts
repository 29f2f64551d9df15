import { joinBytes, TenfoldError } from "@tenfold/catalog";
import { createFrameReader, encodeFrame, encodePreamble } from "./frame.ts";
import { protocolVersion } from "./messages.ts";
import type { Port } from "./port.ts";
import { createPortListeners } from "./port-listeners.ts";

/** What arrives from the other process. Node's sockets are such streams. */
interface Incoming {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}
interface Outgoing {
  write(chunk: Uint8Array): unknown;
  end(): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface PipePortOptions {
  incoming: Incoming;
  outgoing: Outgoing;
  /** Resolves, once nothing more can arrive, with the reason that those who wait are told. Default: a plain `crashed`. */
  whyEnded?: (broken: Error | undefined) => Promise<TenfoldError>;
  /**
   * How long events of an answer may wait for company, in milliseconds; what is sent after them takes them along. A model's threads are about to begin
   * with the next token when an event is made: whoever wakes up for it at that very moment takes a processor from them. Default: 0.
   */
  holdMs?: number;
  ref?: () => void;
  unref?: () => void;
}

/** A port over two byte streams: each message is a frame. */
export function createPipePort({ incoming, outgoing, whyEnded = defaultReason, holdMs = 0, ref, unref }: PipePortOptions): Port {
  const events = createPortListeners();
  const reader = createFrameReader(protocolVersion);
  const early: unknown[] = [];
  let started = false;
  let over = false;

  const held: Uint8Array[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    // At once: each write wakes the reader up.
    if (held.length > 0) outgoing.write(joinBytes(held.splice(0)));
  }

  const deliver = (data: unknown) => events.tell("message", { data });
  function finish(broken?: Error): void {
    if (over) return;
    over = true;
    void whyEnded(broken).then((error) => events.tell("close", { error }));
  }

  incoming.on("data", (chunk) => {
    if (over) return;
    try {
      for (const message of reader.push(chunk)) {
        if (started) deliver(message);
        else early.push(message);
      }
    } catch (error) {
      finish(error as Error);
    }
  });
  incoming.on("end", () => finish());
  incoming.on("close", () => finish());
  incoming.on("error", () => finish());
  // Whoever reads is gone: the other stream ends, too, and says why.
  outgoing.on("error", () => {});
  outgoing.write(encodePreamble(protocolVersion));

  return {
    postMessage(message) {
      const frame = encodeFrame(message);
      if (over) return;
      held.push(frame);
      if (holdMs > 0 && isEvent(message)) timer ??= setTimeout(flush, holdMs);
      else flush();
    },
    addEventListener: events.add,
    start() {
      started = true;
      for (const message of early.splice(0)) deliver(message);
    },
    close() {
      flush();
      outgoing.end();
    },
    ...(ref ? { ref } : {}),
    ...(unref ? { unref } : {}),
  };
}

function isEvent(message: unknown): boolean {
  return (message as { type?: unknown } | null)?.type === "event";
}

async function defaultReason(broken: Error | undefined): Promise<TenfoldError> {
  return new TenfoldError("crashed", broken ? `The other side sent ${broken.message}.` : "The process that ran the model is gone.");
}
