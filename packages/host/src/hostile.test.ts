import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, LoadedModel } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { hostContext, noFiles } from "../test/hosted.ts";
import { scriptedModel } from "../test/scripted-model.mjs";
import { connectLogits, connectModel, loadThrough, type Port, protocolVersion, serveModel } from "./index.ts";
import { serveAdapter } from "./serve-adapter.ts";

const memory = { weightsBytes: 1, kvCacheBytes: 1, computeBytes: 1 };
const capabilities = scriptedModel().model.capabilities;
const hello = { type: "hello", protocolVersion, role: "model", capabilities, contextSize: 8, embeds: true, trims: true, vocabularySize: 4, memory };
const logitsHello = { type: "hello", protocolVersion, role: "logits", vocabularySize: 4, contextSize: 8, sequences: 1, forks: false, memory };

/** The using end of a channel on whose other end the test says what it likes. */
function channel() {
  const { port1, port2 } = new MessageChannel();
  return { ours: port2, theirs: port1 };
}

async function readAll(model: LoadedModel): Promise<GenerateEvent[]> {
  const events: GenerateEvent[] = [];
  for await (const event of model.generate({ prompt: "x" })) events.push(event);
  return events;
}

describe("a host that was taken over", () => {
  it.each<[string, unknown]>([
    ["nothing", null],
    ["a string", "hello"],
    ["a message of no type", { number: 1 }],
    ["a message of an unknown type", { type: "run", number: 1 }],
    ["a number that is none", { type: "end", number: "1", memory }],
    ["an event without text", { type: "event", number: 1, event: { type: "text" } }],
    ["text that is none", { type: "event", number: 1, event: { type: "text", text: { toString: 1 } } }],
    [
      "an event of core's own",
      { type: "event", number: 1, event: { type: "failover", framework: "x", variant: "y", accelerator: "cpu", warnings: [], reason: "" } },
    ],
    [
      "usage below nothing",
      { type: "event", number: 1, event: { type: "finish", reason: "stop", usage: { promptTokens: -1, cachedTokens: 0, completionTokens: 0 } } },
    ],
    ["memory that is no number", { type: "end", number: 1, memory: { ...memory, weightsBytes: Number.NaN } }],
    ["an error without words", { type: "error", number: 1, error: { code: "crashed" } }],
  ])("and sends %s ends every call with `crashed`", async (_what, message) => {
    const { ours, theirs } = channel();
    theirs.postMessage(hello);
    const model = await connectModel(ours);
    const waiting = [readAll(model), model.countTokens("x"), model.embed?.(["x"])].map((one) => expect(one).rejects.toMatchObject({ code: "crashed" }));
    theirs.postMessage(message);
    await Promise.all(waiting);
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "crashed" });
    await model.dispose();
    theirs.close();
  });

  it.each<[string, (model: LoadedModel) => Promise<unknown> | undefined, unknown]>([
    ["half a count", (model) => model.countTokens("x"), { tokens: 1.5, exact: true }],
    ["vectors of words", (model) => model.embed?.(["x"]), [["a"]]],
    ["tokens as a list", (model) => model.tokenizer?.encode("x"), [1, 2]],
    ["text as bytes", (model) => model.tokenizer?.decode(new Int32Array(1)), new Uint8Array(1)],
  ])("and answers with %s is found out", async (_what, ask, result) => {
    const { ours, theirs } = channel();
    theirs.postMessage(hello);
    const model = await connectModel(ours);
    const asking = expect(ask(model)).rejects.toMatchObject({ code: "crashed", message: expect.stringContaining("result of") });
    theirs.postMessage({ type: "result", number: 1, result, memory });
    await asking;
    theirs.close();
  });

  it.each<[string, (model: LoadedModel) => Promise<unknown> | undefined, unknown]>([
    ["a vector too few", (model) => model.embed?.(["x", "y"]), [Float32Array.of(1)]],
    ["a score too many", (model) => model.rerank?.("x", ["y"]), [1, 1]],
    ["no score at all", (model) => model.rerank?.("x", ["y"]), []],
  ])("and sends %s is found out, and asked for nothing more", async (_what, ask, result) => {
    const { ours, theirs } = channel();
    theirs.postMessage({ ...hello, reranks: true });
    const model = await connectModel(ours);
    const asking = expect(ask(model)).rejects.toMatchObject({ code: "crashed", message: expect.stringContaining("other side sent") });
    theirs.postMessage({ type: "result", number: 1, result, memory });
    await asking;
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "crashed" });
    theirs.close();
  });

  it.each<[string, unknown]>([
    ["no capabilities", { ...hello, capabilities: undefined }],
    ["a context of nothing", { ...hello, contextSize: 0 }],
    ["a role that nobody asked for", logitsHello],
  ])("and greets with %s is refused", async (_what, greeting) => {
    const { ours, theirs } = channel();
    theirs.postMessage(greeting);
    await expect(connectModel(ours)).rejects.toMatchObject({ code: "crashed" });
    theirs.close();
  });

  it("and floods a slow reader with events is cut off", async () => {
    const { ours, theirs } = channel();
    theirs.postMessage(hello);
    const model = await connectModel(ours);
    const answer = model.generate({ prompt: "x" })[Symbol.asyncIterator]();
    const first = answer.next();
    for (let count = 0; count < 40; count += 1) theirs.postMessage({ type: "event", number: 1, event: { type: "text", text: "x" } });
    await first;
    // Another answer of the same channel arrives behind them.
    const count = model.countTokens("x");
    theirs.postMessage({ type: "result", number: 2, result: { tokens: 1, exact: true }, memory });
    await expect(count).rejects.toMatchObject({ code: "crashed" });
    await expect(
      (async () => {
        for (;;) await answer.next();
      })(),
    ).rejects.toMatchObject({ code: "crashed", message: expect.stringContaining("nobody has asked for") });
    theirs.close();
  });

  it.each([
    ["too few logits", new Float32Array(3)],
    ["too many logits", new Float32Array(8)],
    ["logits of another kind", new Int32Array(4)],
  ])("and computes %s is found out", async (_what, result) => {
    const { ours, theirs } = channel();
    theirs.postMessage(logitsHello);
    const { sequences } = await connectLogits(ours);
    const forward = expect(sequences[0].forward(Int32Array.of(1), { logits: "last" })).rejects.toMatchObject({ code: "crashed" });
    theirs.postMessage({ type: "result", number: 1, result, memory });
    await forward;
    await expect(sequences[0].truncate(0)).rejects.toMatchObject({ code: "crashed" });
    theirs.close();
  });

  it("and refuses in words that nobody knows is heard all the same", async () => {
    const { ours, theirs } = channel();
    const loading = loadThrough(ours, undefined, noFiles, hostContext(), {});
    theirs.postMessage({ type: "refused", error: { code: "of-the-future", stage: "dreaming", message: "No." } });
    await expect(loading).rejects.toMatchObject({ code: "generation-failed", message: "No.", stage: "generation" });
    theirs.close();
  });
});

it("a sequence is let go of with its process, also where that had no memory left", async () => {
  const { ours, theirs } = channel();
  const events = new EventTarget();
  const port: Port = {
    postMessage: (message) => ours.postMessage(message),
    addEventListener: (type: string, listener: never) => (type === "message" ? ours : events).addEventListener(type as "message", listener),
    start: () => ours.start?.(),
  };
  theirs.postMessage(logitsHello);
  const { sequences, dispose } = await connectLogits(port);
  const released = sequences[0].dispose();
  events.dispatchEvent(Object.assign(new Event("close"), { error: new TenfoldError("out-of-memory", "gone") }));
  await released;
  await expect(sequences[0].truncate(0)).rejects.toMatchObject({ code: "disposed" });
  await dispose();
  theirs.close();
});

describe("a user of a host", () => {
  /** The next message behind the greeting. */
  function heard(port: MessagePort): Promise<unknown> {
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        if (data.type === "hello") return;
        port.removeEventListener("message", listen);
        resolve(data);
      };
      port.addEventListener("message", listen);
      port.start();
    });
  }

  it.each<[string, object]>([
    ["a call of no name", { type: "call", number: 1, name: "run", arguments: {} }],
    ["tokens as text", { type: "call", number: 1, name: "decode", arguments: { tokens: "1 2" } }],
    ["a generation of nothing", { type: "generate", number: 1, request: {}, credit: 16 }],
    ["logits of a whole model", { type: "call", number: 1, name: "forward", arguments: { sequence: 0, tokens: new Int32Array(1), logits: "last" } }],
  ])("that asks for %s is told so, and others go on", async (_what, request) => {
    const { port1, port2 } = new MessageChannel();
    serveModel(scriptedModel().model, port1);
    const answer = heard(port2);
    port2.postMessage(request);
    expect(await answer).toMatchObject({ type: "error", number: 1, error: { code: expect.stringMatching(/^(invalid-input|unsupported-request)$/) } });
    const next = heard(port2);
    port2.postMessage({ type: "call", number: 2, name: "countTokens", arguments: { input: "four" } });
    expect(await next).toMatchObject({ type: "result", number: 2, result: { tokens: 4 } });
    port2.close();
  });

  it("that uses a number twice is told so", async () => {
    const { port1, port2 } = new MessageChannel();
    serveModel(scriptedModel().model, port1);
    const answer = heard(port2);
    for (let time = 0; time < 2; time += 1) port2.postMessage({ type: "generate", number: 1, request: { prompt: "forever" }, credit: 0 });
    expect(await answer).toMatchObject({ type: "error", number: 1, error: { code: "invalid-input" } });
    port2.close();
  });

  it("that asks for what is no load is refused, after it was echoed", async () => {
    const { port1, port2 } = new MessageChannel();
    serveAdapter(port1, { findAdapter: async () => ({}), read: () => async () => new Uint8Array() });
    const echo = heard(port2);
    port2.postMessage({ type: "echo", value: Float32Array.of(1, 2) });
    expect(await echo).toEqual({ type: "echo", value: Float32Array.of(1, 2) });
    const answer = heard(port2);
    port2.postMessage({ type: "load", role: "model", model: {} });
    expect(await answer).toMatchObject({ type: "refused", error: { code: "invalid-input" } });
    port2.close();
  });

  it("hears why it is refused, though the details cannot be sent", async () => {
    const { ours, theirs } = channel();
    const failure = new TenfoldError("framework-unavailable", "not here", { details: { callback: () => 1 } });
    serveAdapter(theirs, { findAdapter: () => Promise.reject(failure), read: () => async () => new Uint8Array() });
    await expect(loadThrough(ours, undefined, noFiles, hostContext(), {})).rejects.toMatchObject({ code: "framework-unavailable", message: "not here" });
  });
});
