import { isDeepStrictEqual } from "node:util";
import { encodePreamble } from "../frame.ts";
import { type LogitsHello, protocolVersion } from "../messages.ts";
import { parseResponse, parseResult } from "../response-schemas.ts";
import { type HostVectors, meantBy } from "./host-vectors.ts";
import { type RawHost, startRawHost } from "./raw-host.ts";
import type { HostCommand } from "./spawn-host.ts";

export interface HostCheck {
  /** What has to hold. */
  name: string;
  /** Absent when it holds. */
  problem?: string;
}

export interface CheckHostOptions {
  vectors: HostVectors;
  /** A `load` message: what then has to hold of the role it names is checked, too. */
  load?: object | undefined;
  /** For each thing that the host has to do. Default 30 s. */
  timeoutMs?: number;
}

/** Whether a program, in whatever language, is a host as docs/host-protocol.md says: check by check, as they are done. */
export async function* checkHost(command: HostCommand, { vectors, load, timeoutMs = 30_000 }: CheckHostOptions): AsyncGenerator<HostCheck> {
  async function check(name: string, work: (host: RawHost) => Promise<void>): Promise<HostCheck> {
    const host = startRawHost(command, timeoutMs);
    try {
      await work(host);
      return { name };
    } catch (error) {
      return { name, problem: error instanceof Error ? error.message : String(error) };
    } finally {
      host.kill();
    }
  }

  yield await check("answers what it is asked to echo", async (host) => {
    host.send(encodePreamble(protocolVersion));
    for (const { name, message } of vectors.good) {
      const value = meantBy(message);
      host.ask({ type: "echo", value });
      expectEqual(await host.next(), { type: "echo", value }, name);
    }
  });
  yield await check("reads frames whatever pieces they come in", async (host) => {
    const good = vectors.good.find(({ message }) => (message as { type?: unknown }).type === "echo");
    for (const byte of Buffer.from(good?.hex ?? "", "hex")) host.send(Uint8Array.of(byte));
    expectEqual(await host.next(), meantBy(good?.message), "the echo");
  });
  for (const { name, hex } of vectors.hostile) {
    yield await check(`ends over ${name}`, async (host) => {
      host.send(Buffer.from(hex, "hex"));
      expectEnd(await host.ended());
    });
  }
  yield await check("ends when its parent is gone", async (host) => {
    host.closeLifeline();
    await host.ended();
  });
  yield await check("ends when nothing more is asked", async (host) => {
    host.send(encodePreamble(protocolVersion));
    host.closeRequests();
    expectEnd(await host.ended());
  });
  if (!load) return;
  yield await check("loads, serves and ends", async (host) => {
    host.send(encodePreamble(protocolVersion));
    host.ask(load);
    const hello = parseResponse(await host.next());
    if (hello.type !== "hello") throw new Error(`the first answer is ${JSON.stringify(hello)}`);
    if (hello.role === "logits") await checkLogits(host, hello);
    await result(host, "dispose", {});
    host.closeRequests();
    expectEnd(await host.ended());
  });
}

/** The logits of a prompt are those of its pieces, and of itself after it was dropped. */
async function checkLogits(host: RawHost, { vocabularySize }: LogitsHello): Promise<void> {
  const sequence = 0;
  const tokens = Int32Array.from({ length: 8 }, (_, index) => (index * 7 + 3) % vocabularySize);
  const forward = (from: number, end: number, logits: "last" | "all" | "none") =>
    result(host, "forward", { sequence, tokens: tokens.slice(from, end), logits }) as Promise<Float32Array>;

  const all = await forward(0, 8, "all");
  if (all.length !== 8 * vocabularySize) throw new Error(`8 tokens have ${all.length} logits, and the vocabulary has ${vocabularySize} tokens`);
  expectEqual(await result(host, "truncate", { sequence, length: 0 }), 0, "what a cache cut to nothing keeps");
  const none = await forward(0, 3, "none");
  if (none.length !== 0) throw new Error(`${none.length} logits came where none were asked for`);
  expectClose(await forward(3, 8, "last"), all.slice(-vocabularySize), "the logits of the last token, computed in pieces");
  const kept = (await result(host, "truncate", { sequence, length: 4 })) as number;
  if (kept > 4) throw new Error(`a cache cut to 4 tokens keeps ${kept}`);
  expectClose(await forward(kept, 8, "last"), all.slice(-vocabularySize), "the logits of the last token, after the cache was cut back");
  // Whoever cancels gets no answer, and what comes next is done all the same.
  host.ask({ type: "cancel", number: host.call("forward", { sequence, tokens: tokens.slice(0, 1), logits: "none" }) });
  await result(host, "truncate", { sequence, length: 0 });
}

async function result(host: RawHost, name: "forward" | "truncate" | "dispose", callArguments: object): Promise<unknown> {
  const number = host.call(name, callArguments);
  for (;;) {
    const response = parseResponse(await host.next());
    // A call may have been answered before its cancel was read.
    if (response.type !== "hello" && response.number !== number) continue;
    if (response.type !== "result") throw new Error(`${name} is answered with ${JSON.stringify(response)}`);
    return parseResult(name, response.result);
  }
}

function expectEqual(found: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(found, expected)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** Pieces may be computed by other kernels. */
function expectClose(found: Float32Array, expected: Float32Array, what: string): void {
  const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (found[index] ?? Number.NaN))), 0);
  if (found.length !== expected.length || !(worst < 0.01)) throw new Error(`${what} differ by ${worst}`);
}

function expectEnd({ signal }: { signal: NodeJS.Signals | null }): void {
  if (signal !== null) throw new Error(`it was ended by ${signal} instead of ending`);
}
