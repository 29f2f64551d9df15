import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createFrameReader, encodeFrame } from "../frame.ts";
import { type CallName, protocolVersion } from "../messages.ts";
import type { HostCommand } from "./spawn-host.ts";

type Message = Record<string, unknown>;

/** A host process whose bytes are looked at one by one. Every wait ends after `timeoutMs`. */
export interface RawHost {
  send(bytes: Uint8Array): void;
  ask(message: object): void;
  /** Asks for a call. @returns its number. */
  call(name: CallName, callArguments: object): number;
  /** The next message, but for progress and log lines. */
  next(): Promise<Message>;
  /** How the process ended. */
  ended(): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  closeRequests(): void;
  closeLifeline(): void;
  kill(): void;
}

export function startRawHost({ program, arguments: programArguments, environment }: HostCommand, timeoutMs: number): RawHost {
  const child = spawn(program, programArguments, {
    env: environment as NodeJS.ProcessEnv,
    stdio: ["pipe", "ignore", "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const [requests, , , answers, lifeline] = child.stdio as unknown as readonly [Socket, null, null, Socket, Socket];
  for (const pipe of [requests, answers, lifeline]) pipe.on("error", () => {});
  const gone = once(child, "exit").then(([exitCode, signal]) => ({ exitCode, signal }));
  const reader = createFrameReader(protocolVersion);
  const messages: Message[] = [];
  let lastNumber = 0;
  let broken: unknown;
  let wake: () => void = () => {};
  const fail = (error: unknown) => {
    broken ??= error;
    wake();
  };
  answers.on("data", (chunk: Uint8Array) => {
    try {
      for (const message of reader.push(chunk) as Message[]) if (message.type !== "progress" && message.type !== "log") messages.push(message);
      wake();
    } catch (error) {
      fail(error);
    }
  });
  // What it said before it ended still arrives, so that its end alone says nothing.
  answers.on("end", () => fail(new Error("its answers ended")));
  gone.catch(fail);

  function within<Result>(work: Promise<Result>, what: string): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} did not come within ${timeoutMs} ms`)), timeoutMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  async function arrival(): Promise<Message> {
    for (;;) {
      const message = messages.shift();
      if (message) return message;
      if (broken) throw broken;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const ask = (message: object) => void requests.write(encodeFrame(message));
  return {
    send: (bytes) => void requests.write(bytes),
    ask,
    call(name, callArguments) {
      lastNumber += 1;
      ask({ type: "call", number: lastNumber, name, arguments: callArguments });
      return lastNumber;
    },
    next: () => within(arrival(), "a message"),
    ended: () => within(gone, "the end of the process"),
    closeRequests: () => void requests.end(),
    closeLifeline: () => void lifeline.end(),
    kill: () => void child.kill("SIGKILL"),
  };
}
