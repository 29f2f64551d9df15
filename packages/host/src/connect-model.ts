import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, GenerateRequest, LoadedModel, MemoryUse } from "@tenfold/core";
import { checkNesting } from "./check-nesting.ts";
import { type CallName, type Calls, type Hello, protocolVersion, type Request, type Response } from "./messages.ts";
import type { Port } from "./port.ts";

/** Events that may be on their way at once: enough to keep the model busy, few enough that nobody runs far ahead. */
const window = 16;

interface Waiting {
  receive(response: Exclude<Response, Hello>): void;
  fail(error: unknown): void;
}

/**
 * Uses a model that is served on the other end of a port, as if it were here.
 * @throws TenfoldError `crashed` when the port closes first or speaks another version of the protocol.
 */
export async function connectModel(port: Port): Promise<LoadedModel> {
  const waiting = new Map<number, Waiting>();
  let lastNumber = 0;
  let ended: TenfoldError | undefined;
  let disposal: Promise<void> | undefined;
  let memory: MemoryUse;

  let greet: (hello: Hello) => void = () => {};
  let refuse: (error: unknown) => void = () => {};
  const greeting = new Promise<Hello>((resolve, reject) => {
    greet = resolve;
    refuse = reject;
  });

  function end(error: TenfoldError): void {
    ended ??= error;
    refuse(error);
    for (const one of [...waiting.values()]) one.fail(error);
    waiting.clear();
    port.unref?.();
  }

  port.addEventListener("message", ({ data }) => {
    const response = data as Response;
    if (response.type === "hello") greet(response);
    else if ("number" in response) waiting.get(response.number)?.receive(response);
  });
  for (const event of ["close", "messageerror"] as const) {
    port.addEventListener(event, (closed) => {
      if (TenfoldError.is(closed?.error) && !disposal) end(closed.error);
      else end(new TenfoldError("crashed", disposal ? "The model was disposed." : "The process that ran the model is gone."));
    });
  }
  port.start?.();

  const hello = await greeting;
  if (hello.protocolVersion !== protocolVersion) {
    port.close?.();
    throw new TenfoldError("crashed", `The other side speaks version ${hello.protocolVersion} of the protocol; this side speaks ${protocolVersion}.`, {
      remedy: "Install the same version of Tenfold on both sides.",
    });
  }
  memory = hello.memory;
  // An idle model keeps no process alive; one that works does.
  port.unref?.();

  function open(one: Waiting): number {
    if (ended) throw ended;
    lastNumber += 1;
    waiting.set(lastNumber, one);
    port.ref?.();
    return lastNumber;
  }
  function close(number: number): void {
    waiting.delete(number);
    if (waiting.size === 0) port.unref?.();
  }
  function send(request: Request): void {
    checkNesting(request);
    try {
      port.postMessage(request);
    } catch (error) {
      throw TenfoldError.from(error, "invalid-input", "The request holds something that cannot be sent to the model");
    }
  }
  const checkAlive = () => {
    if (disposal) throw new TenfoldError("disposed", "The model was disposed.");
    if (ended) throw ended;
  };

  function call<Name extends CallName>(name: Name, callArguments: Calls[Name]["arguments"], signal?: AbortSignal): Promise<Calls[Name]["result"]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const settle = (finish: () => void) => {
        signal?.removeEventListener("abort", cancel);
        close(number);
        finish();
      };
      const number = open({
        fail: (error) => settle(() => reject(error)),
        receive(response) {
          if (response.type === "error") settle(() => reject(TenfoldError.fromJSON(response.error)));
          if (response.type !== "result") return;
          memory = response.memory;
          settle(() => resolve(response.result as Calls[Name]["result"]));
        },
      });
      const cancel = () => {
        send({ type: "cancel", number });
        settle(() => reject(signal?.reason));
      };
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        send({ type: "call", number, name, arguments: callArguments } as Request);
      } catch (error) {
        settle(() => reject(error));
      }
    });
  }

  async function* generate({ signal, ...request }: GenerateRequest): AsyncGenerator<GenerateEvent> {
    checkAlive();
    signal?.throwIfAborted();
    const arrived: GenerateEvent[] = [];
    let over = false;
    let failure: { error: unknown } | undefined;
    let wake: () => void = () => {};
    const number = open({
      fail(error) {
        failure ??= { error };
        wake();
      },
      receive(response) {
        if (response.type === "event") arrived.push(response.event);
        else if (response.type === "error") failure ??= { error: TenfoldError.fromJSON(response.error) };
        else {
          memory = response.memory;
          over = true;
        }
        wake();
      },
    });
    const onAbort = () => {
      failure = { error: signal?.reason };
      arrived.length = 0;
      wake();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    // Before it is sent and after its end there is nothing to cancel.
    let settled = true;
    try {
      send({ type: "generate", number, request, credit: window });
      settled = false;
      for (;;) {
        const event = arrived.shift();
        if (event) {
          send({ type: "credit", number, events: 1 });
          yield event;
        } else if (failure) {
          settled = !signal?.aborted;
          throw failure.error;
        } else if (over) {
          settled = true;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (!settled && !ended) send({ type: "cancel", number });
      // Who aborts does not wait; who leaves the loop may rely on the model being free afterwards.
      while (!settled && !over && !failure) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      close(number);
    }
  }

  async function dispose(): Promise<void> {
    const gone = new TenfoldError("disposed", "The model was disposed.");
    for (const one of [...waiting.values()]) one.fail(gone);
    try {
      if (!ended) await call("dispose", {});
    } catch (error) {
      // A model whose process is gone is disposed of.
      if (!TenfoldError.is(error, "crashed")) throw error;
    } finally {
      port.close?.();
    }
  }

  const { vocabularySize } = hello;
  return {
    capabilities: hello.capabilities,
    contextSize: hello.contextSize,
    ...(vocabularySize === undefined
      ? {}
      : {
          tokenizer: {
            vocabularySize,
            encode: async (text, options = {}) => {
              checkAlive();
              return call("encode", { text, ...options });
            },
            decode: async (tokens, options = {}) => {
              checkAlive();
              return call("decode", { tokens, ...options });
            },
          },
        }),
    ...(hello.embeds
      ? {
          embed: async (texts: readonly string[], { normalize, signal }: { normalize?: boolean; signal?: AbortSignal } = {}) => {
            checkAlive();
            return call("embed", { texts, ...(normalize === undefined ? {} : { normalize }) }, signal);
          },
        }
      : {}),
    ...(hello.reranks
      ? {
          rerank: async (query: string, documents: readonly string[], { signal }: { signal?: AbortSignal } = {}) => {
            checkAlive();
            return call("rerank", { query, documents }, signal);
          },
        }
      : {}),
    generate,
    countTokens: async (input) => {
      checkAlive();
      return call("countTokens", { input });
    },
    memory: () => memory,
    ...(hello.trims
      ? {
          trim: async () => {
            checkAlive();
            await call("trim", {});
          },
        }
      : {}),
    dispose() {
      disposal ??= dispose();
      return disposal;
    },
  };
}
