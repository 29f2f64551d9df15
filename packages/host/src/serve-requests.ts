import { type SerializedTenfoldError, TenfoldError } from "@tenfold/catalog";
import type { MemoryUse } from "@tenfold/core";
import { type CallRequest, type Hello, protocolVersion, type Request, type Response } from "./messages.ts";
import type { Port } from "./port.ts";
import { numberOf, parseRequest } from "./request-schemas.ts";

/** A generation or a call that is being answered. */
export interface Running {
  /** Events that may still be sent. */
  credit: number;
  /** Called when credit has come. */
  proceed?: () => void;
  readonly abort: AbortController;
}

/** What is served, without the dealings that all roles have in common. */
export interface Served {
  memory(): MemoryUse;
  call(request: Exclude<CallRequest, { name: "dispose" }>, signal: AbortSignal): Promise<unknown>;
  /** Sends the events of an answer. Absent for what answers nothing. */
  generate?(request: Extract<Request, { type: "generate" }>, running: Running, send: (response: Response) => void): Promise<void>;
  dispose(): Promise<void>;
}

type Unversioned<Greeting> = Greeting extends unknown ? Omit<Greeting, "type" | "protocolVersion" | "memory"> : never;

/** The serving end of a port: greets, answers by number, and lets go of what nobody waits for. */
export function serveRequests(port: Port, greeting: Unversioned<Hello>, served: Served): void {
  const running = new Map<number, Running>();
  const send = (response: Response) => port.postMessage(response);
  let lastMemory = served.memory();

  /** A model that is gone may refuse to account for itself. */
  function memory(): MemoryUse {
    try {
      lastMemory = served.memory();
    } catch {
      // The figures from before stand.
    }
    return lastMemory;
  }

  function sendFailure(number: number, failure: unknown): void {
    sendError(TenfoldError.from(failure, "generation-failed", "The model failed"), (error) => send({ type: "error", number, error }));
  }

  function cancel(one: Running, reason: unknown): void {
    one.abort.abort(reason);
    one.proceed?.();
  }

  function start(number: number, credit: number, work: (own: Running) => Promise<void>): void {
    const own: Running = { credit, abort: new AbortController() };
    running.set(number, own);
    work(own)
      // Whoever cancelled has its answer already.
      .catch((error: unknown) => own.abort.signal.aborted || sendFailure(number, error))
      .finally(() => running.delete(number));
  }

  async function call(request: CallRequest, own: Running): Promise<unknown> {
    if (request.name !== "dispose") return served.call(request, own.abort.signal);
    // A stream that waits for its reader would never see that the model is gone, and a model may wait for its streams.
    for (const one of running.values()) if (one !== own) cancel(one, new TenfoldError("disposed", "The model was disposed."));
    await served.dispose();
    return null;
  }

  function handle(request: Request): void {
    const one = running.get(request.number);
    if (request.type === "cancel") {
      if (one) cancel(one, new DOMException("Cancelled", "AbortError"));
    } else if (request.type === "credit") {
      if (!one) return;
      one.credit += request.events;
      one.proceed?.();
    } else if (one) {
      throw new TenfoldError("invalid-input", `The number ${request.number} is being answered already.`);
    } else if (request.type === "generate") {
      start(request.number, request.credit, async (own) => {
        try {
          if (!served.generate) throw new TenfoldError("unsupported-request", "The other side computes logits and answers nothing.");
          await served.generate(request, own, send);
        } catch (error) {
          if (!own.abort.signal.aborted) throw error;
        }
        // Also after a cancel: it says that the model has let go.
        send({ type: "end", number: request.number, memory: memory() });
      });
    } else {
      start(request.number, 0, async (own) => {
        const result = await call(request, own);
        send({ type: "result", number: request.number, result, memory: memory() });
        if (request.name === "dispose") port.close?.();
      });
    }
  }

  port.addEventListener("message", ({ data }) => {
    try {
      handle(parseRequest(data));
    } catch (error) {
      const number = numberOf(data);
      if (number === undefined) port.close?.();
      else sendFailure(number, error);
    }
  });
  port.addEventListener("close", () => {
    for (const one of running.values()) cancel(one, new DOMException("The other side is gone", "AbortError"));
  });
  port.start?.();
  send({ ...greeting, type: "hello", protocolVersion, memory: lastMemory } as Hello);
}

/** Details may hold what cannot be copied; the code and the message always can. */
export function sendError(error: TenfoldError, send: (serialized: SerializedTenfoldError) => void): void {
  const serialized = error.toJSON();
  try {
    send(serialized);
  } catch {
    const { details: _, ...rest } = serialized;
    send(rest);
  }
}

/** For calls that no request can make who has read the greeting. */
export function unsupported(what: string): never {
  throw new TenfoldError("unsupported-request", `This model does not offer ${what}.`);
}
