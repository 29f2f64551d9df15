import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createFrameReader, encodePreamble } from "./frame.ts";
import { protocolVersion } from "./messages.ts";
import { createPipePort } from "./pipe-port.ts";

function open(holdMs: number) {
  const writes: Uint8Array[] = [];
  const outgoing = { write: (bytes: Uint8Array) => writes.push(bytes), end() {}, on() {} };
  const port = createPipePort({ incoming: new PassThrough(), outgoing, holdMs });
  writes.splice(0);
  /** The messages of each write so far. */
  const written = () => {
    const reader = createFrameReader(protocolVersion);
    reader.push(encodePreamble(protocolVersion));
    return writes.map((bytes) => [...reader.push(bytes)]);
  };
  return { port, written };
}

const event = (text: string) => ({ type: "event", number: 1, event: { type: "text", text } });
const end = { type: "end", number: 1 };

test("events are sent at once, or wait and go together with what comes after them, in their order", () => {
  const atOnce = open(0);
  for (const message of [event("a"), event("b"), end]) atOnce.port.postMessage(message);
  expect(atOnce.written()).toEqual([[event("a")], [event("b")], [end]]);

  const held = open(1_000_000);
  held.port.postMessage(event("a"));
  held.port.postMessage(event("b"));
  expect(held.written()).toEqual([]);
  held.port.postMessage(end);
  expect(held.written()).toEqual([[event("a"), event("b"), end]]);
});

test("events that wait go after a while, and with the port's end", async () => {
  const { port, written } = open(1);
  port.postMessage(event("a"));
  await expect.poll(written).toEqual([[event("a")]]);

  const closed = open(1_000_000);
  closed.port.postMessage(event("b"));
  closed.port.close?.();
  expect(closed.written()).toEqual([[event("b")]]);
});
