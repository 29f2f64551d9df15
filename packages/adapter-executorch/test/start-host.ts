import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import type { DescribedModel } from "@tenfold/host";
import { createFrameReader, encodeFrame, encodePreamble, protocolVersion } from "@tenfold/host";
import { hostPath } from "./compiled-host.ts";

type Message = Record<string, unknown>;

/** The host as a process, asked by frames that are written here. */
export function startHost() {
  const child = spawn(hostPath, [], { stdio: ["pipe", "ignore", "ignore", "pipe", "pipe"] });
  const [requests, , , answers] = child.stdio as unknown as readonly Socket[] as readonly [Socket, null, null, Socket];
  for (const pipe of child.stdio) pipe?.on("error", () => {});
  const gone = once(child, "exit").then(([exitCode, signal]) => ({ exitCode, signal }));
  const reader = createFrameReader(protocolVersion);
  const messages: Message[] = [];
  let wake = () => {};
  let over = false;
  let lastNumber = 0;
  answers.on("data", (chunk: Uint8Array) => {
    messages.push(...(reader.push(chunk) as Message[]));
    wake();
  });
  answers.on("end", () => {
    over = true;
    wake();
  });
  requests.write(encodePreamble(protocolVersion));

  async function next(): Promise<Message> {
    for (;;) {
      const message = messages.shift();
      if (message && message.type !== "progress") return message;
      if (!message && over) throw new Error("the host's answers ended");
      if (!message) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  function ask(name: string, given: object): number {
    lastNumber += 1;
    requests.write(encodeFrame({ type: "call", number: lastNumber, name, arguments: given }));
    return lastNumber;
  }

  return {
    next,
    ask,
    /** Writes a header's bytes as they are. */
    sendHeader(header: string | Uint8Array) {
      const bytes = typeof header === "string" ? Buffer.from(header) : header;
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32LE(bytes.length, 0);
      requests.write(Buffer.concat([lengths, bytes]));
    },
    async load(model: DescribedModel, options: object = { threads: 1 }): Promise<Message> {
      const platform = { name: "node", os: process.platform, architecture: process.arch };
      requests.write(encodeFrame({ type: "load", role: "logits", model, platform, nativeParts: [], options }));
      return next();
    },
    /** Resolves when the process has used some time of a processor from now on. */
    async computes(): Promise<void> {
      const ticks = async () => Number((await readFile(`/proc/${child.pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[11]);
      for (const before = await ticks(); (await ticks()) < before + 2; );
    },
    cancel: (number: number) => void requests.write(encodeFrame({ type: "cancel", number })),
    /** The answer to a call, which has to be the next message. */
    async call(name: string, given: object): Promise<Message> {
      const number = ask(name, given);
      const message = await next();
      if (message.number !== number) throw new Error(`${name} is answered with ${JSON.stringify(message).slice(0, 200)}`);
      return message;
    },
    ended: () => gone,
    async end(): Promise<void> {
      requests.end();
      await gone;
    },
  };
}
