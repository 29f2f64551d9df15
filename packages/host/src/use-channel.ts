import { TenfoldError } from "@tenfold/catalog";
import type { MemoryUse } from "@tenfold/core";
import { checkNesting } from "./check-nesting.ts";
import { type CallName, type Calls, type Hello, protocolVersion, type Request, type Response, type Role } from "./messages.ts";
import type { Port } from "./port.ts";
import { isHostResponse, parseResponse, parseResult } from "./response-schemas.ts";

/** Somebody who waits for what comes with a number. */
export interface Waiting {
  receive(response: Exclude<Response, Hello>): void;
  fail(error: unknown): void;
}

/** The using end of a port: what all roles have in common. */
export interface Channel<Greeting extends Hello> {
  readonly hello: Greeting;
  /** The figures that came last. */
  memory: MemoryUse;
  /** Whether nothing can come any more. */
  readonly over: boolean;
  /** @throws TenfoldError `disposed`, or why the channel ended. */
  checkAlive(): void;
  /** A number for a request, from now on until it is closed. */
  open(one: Waiting): number;
  close(number: number): void;
  /** @throws TenfoldError `invalid-input` for what cannot be sent. */
  send(request: Request): void;
  /** @throws TenfoldError what `checkAlive` and `send` throw, or what the other side answers. Rejects with the signal's reason. */
  call<Name extends CallName>(name: Name, callArguments: Calls[Name]["arguments"], signal?: AbortSignal): Promise<Calls[Name]["result"]>;
  /** Ends the channel over something that the other side may not do. @throws TenfoldError `crashed` with these words. */
  refuse(message: string): never;
  /** May be called twice. */
  dispose(): Promise<void>;
}

/**
 * Waits for the greeting on a port.
 * @throws TenfoldError `crashed` when the port closes first, or the other side speaks another version of the protocol or has another role.
 */
export async function useChannel<Kind extends Role>(port: Port, role: Kind): Promise<Channel<Extract<Hello, { role: Kind }>>> {
  const waiting = new Map<number, Waiting>();
  let lastNumber = 0;
  let ended: TenfoldError | undefined;
  let disposal: Promise<void> | undefined;

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
  function fail(error: TenfoldError): void {
    end(error);
    port.close?.();
  }

  port.addEventListener("message", ({ data }) => {
    if (ended || isHostResponse(data)) return;
    try {
      const response = parseResponse(data);
      if (response.type === "hello") greet(response);
      else waiting.get(response.number)?.receive(response);
    } catch (error) {
      fail(TenfoldError.from(error, "crashed", "The other side sent something that cannot be used"));
    }
  });
  for (const event of ["close", "messageerror"] as const) {
    port.addEventListener(event, (closed) => {
      if (TenfoldError.is(closed?.error) && !disposal) end(closed.error);
      else end(new TenfoldError("crashed", disposal ? "The model was disposed." : "The process that ran the model is gone."));
    });
  }
  port.start?.();

  const hello = await greeting;
  const misfit = misfitOf(hello, role);
  if (misfit) {
    port.close?.();
    throw misfit;
  }
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

  function checkAlive(): void {
    if (disposal) throw new TenfoldError("disposed", "The model was disposed.");
    if (ended) throw ended;
  }

  const channel: Channel<Extract<Hello, { role: Kind }>> = {
    hello: hello as Extract<Hello, { role: Kind }>,
    memory: hello.memory,
    get over() {
      return ended !== undefined;
    },
    checkAlive,
    open,
    close,
    send,
    refuse(message) {
      const error = new TenfoldError("crashed", message);
      fail(error);
      throw error;
    },
    async call(name, callArguments, signal) {
      checkAlive();
      signal?.throwIfAborted();
      return ask(name, callArguments, signal);
    },
    dispose() {
      disposal ??= dispose();
      return disposal;
    },
  };

  function ask<Name extends CallName>(name: Name, callArguments: Calls[Name]["arguments"], signal?: AbortSignal): Promise<Calls[Name]["result"]> {
    return new Promise((resolve, reject) => {
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
          const result = parseResult(name, response.result);
          channel.memory = response.memory;
          settle(() => resolve(result));
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

  async function dispose(): Promise<void> {
    const gone = new TenfoldError("disposed", "The model was disposed.");
    for (const one of [...waiting.values()]) one.fail(gone);
    try {
      if (!ended) await ask("dispose", {});
    } catch (error) {
      // A model whose process is gone is disposed of.
      if (!ended) throw error;
    } finally {
      port.close?.();
    }
  }
  return channel;
}

function misfitOf(hello: Hello, role: Role): TenfoldError | undefined {
  if (hello.protocolVersion !== protocolVersion) {
    return new TenfoldError("crashed", `The other side speaks version ${hello.protocolVersion} of the protocol; this side speaks ${protocolVersion}.`, {
      remedy: "Install the same version of Tenfold on both sides.",
    });
  }
  return hello.role === role ? undefined : new TenfoldError("crashed", `The other side has the role ${hello.role}; ${role} was expected.`);
}
