import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, GenerateRequest, LoadedModel, Message } from "@tenfold/core";
import { afterEach, describe, expect, it } from "vitest";
import { scriptedModel } from "../test/scripted-model.mjs";
import { connectModel, serveModel, throughChannel } from "./index.ts";
import { createPortPair } from "./port-pair.ts";

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

async function inThisProcess() {
  const { model, record } = scriptedModel();
  return { model: await throughChannel(model), record };
}

/** As in React Native. */
async function overPortPair() {
  const { model, record } = scriptedModel();
  const [served, used] = createPortPair();
  serveModel(model, served);
  return { model: await connectModel(used), record };
}

async function inWorker() {
  const worker = new Worker(new URL("../test/worker.mjs", import.meta.url));
  workers.push(worker);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ port: port1 }, [port1 as never]);
  return { model: await connectModel(port2), worker };
}

async function all(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const result: GenerateEvent[] = [];
  for await (const event of events) result.push(event);
  return result;
}

const text = (events: readonly GenerateEvent[]) =>
  events
    .map((event) => (event.type === "text" ? event.text : ""))
    .join(" ")
    .trim();

describe.each([
  ["of this process", inThisProcess],
  ["of this process, without MessageChannel", overPortPair],
  ["of a worker", inWorker],
])("a model %s", (_where, open) => {
  it("streams its answer in order, with one finish at the end", async () => {
    const { model } = await open();
    const prompt = Array.from({ length: 100 }, (_, index) => `w${index}`).join(" ");
    const events = await all(model.generate({ prompt }));
    expect(text(events)).toBe(prompt);
    expect(events[0]?.type).toBe("start");
    expect(events.filter(({ type }) => type === "finish")).toEqual([events.at(-1)]);
    await model.dispose();
  });

  it("answers everything else as if it were here", async () => {
    const { model } = await open();
    expect(model).toMatchObject({ contextSize: 128, capabilities: { parallel: 2, template: "tenfold" } });
    expect(await model.countTokens("four")).toEqual({ tokens: 4, exact: true });
    expect(await model.embed?.(["ab", "c"])).toEqual([Float32Array.from([2, 0.5]), Float32Array.from([1, 0.5])]);
    expect(await model.rerank?.("ab", ["cd", "efghij"])).toEqual([0.5, 0.75]);
    expect(await model.tokenizer?.encode("é")).toEqual(Int32Array.from([0xc3, 0xa9]));
    expect(await model.tokenizer?.decode(Int32Array.from([0xc3, 0xa9]))).toBe("é");
    expect(model.tokenizer?.vocabularySize).toBe(256);
    await all(model.generate({ prompt: "a b c" }));
    expect(model.memory()).toEqual({ weightsBytes: 10, kvCacheBytes: 3, computeBytes: 1 });
    await model.dispose();
  });

  it("drops its caches when it is asked to", async () => {
    const { model, ...rest } = await open();
    await model.trim?.();
    if ("record" in rest) expect(rest.record.trimmed).toBe(1);
    await model.dispose();
    await expect(model.trim?.()).rejects.toMatchObject({ code: "disposed" });
  });

  it("serves two answers at once without mixing them", async () => {
    const { model } = await open();
    const [left, right] = await Promise.all([all(model.generate({ prompt: "l l l l l" })), all(model.generate({ prompt: "r r r r r" }))]);
    expect([text(left), text(right)]).toEqual(["l l l l l", "r r r r r"]);
    await model.dispose();
  });

  it("stops when aborted, with the caller's own reason and no finish", async () => {
    const { model } = await open();
    const abort = new AbortController();
    const reason = { mine: true };
    const seen: GenerateEvent[] = [];
    const reading = (async () => {
      for await (const event of model.generate({ prompt: "forever", signal: abort.signal })) {
        seen.push(event);
        if (seen.length === 5) abort.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toHaveLength(5);
    expect(text(await all(model.generate({ prompt: "still here" })))).toBe("still here");
    await model.dispose();
  });

  it("does not begin when aborted before", async () => {
    const { model } = await open();
    const reason = new Error("never mind");
    await expect(all(model.generate({ prompt: "x", signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    await model.dispose();
  });

  it("passes on what it throws, with the words of the cause", async () => {
    const { model } = await open();
    await expect(all(model.generate({ prompt: "throw" }))).rejects.toMatchObject({
      code: "generation-failed",
      message: expect.stringContaining("out of words"),
    });
    await model.dispose();
  });

  it("ends what it is doing when it is disposed, and says so afterwards", async () => {
    const { model } = await open();
    const answers = model.generate({ prompt: "forever" })[Symbol.asyncIterator]();
    await answers.next();
    const reading = (async () => {
      for (;;) await answers.next();
    })();
    const failed = expect(reading).rejects.toMatchObject({ code: "disposed" });
    await Promise.all([model.dispose(), model.dispose()]);
    await failed;
    await expect(all(model.generate({ prompt: "x" }))).rejects.toMatchObject({ code: "disposed" });
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "disposed" });
  });
});

describe("a channel", () => {
  it("refuses a request that nests too deeply to arrive, and goes on", async () => {
    const { model } = await inThisProcess();
    let nested: Record<string, unknown> = {};
    for (let depth = 0; depth < 3000; depth += 1) nested = { nested };
    const cycle: Record<string, unknown> = {};
    cycle.cycle = cycle;
    for (const parameters of [nested, cycle]) {
      await expect(all(model.generate({ messages: [], tools: [{ name: "deep", parameters }] }))).rejects.toMatchObject({ code: "invalid-input" });
    }
    expect(text(await all(model.generate({ prompt: "still here" })))).toBe("still here");
    await model.dispose();
  });

  it("lets the model run ahead of its reader by no more than a window", async () => {
    const { model, record } = await inThisProcess();
    const answers = model.generate({ prompt: "forever" })[Symbol.asyncIterator]();
    await answers.next();
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(record.pulled).toBeLessThanOrEqual(16);
    await answers.return?.();
    await model.dispose();
  });

  it("cancels an answer whose reader leaves", async () => {
    const { model, record } = await inThisProcess();
    for await (const event of model.generate({ prompt: "forever" })) if (event.type === "text") break;
    await model.countTokens("round trip");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(record).toMatchObject({ aborted: 1, returned: 1 });
    await model.dispose();
    expect(record.disposed).toBe(1);
  });

  it("fails everything that waits when the other side dies", async () => {
    const { model, worker } = await inWorker();
    const answers = model.generate({ prompt: "forever" })[Symbol.asyncIterator]();
    await answers.next();
    const reading = (async () => {
      for (;;) await answers.next();
    })();
    const failed = expect(reading).rejects.toMatchObject({ code: "crashed" });
    await worker.terminate();
    await failed;
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "crashed" });
    await model.dispose();
  });

  it("is refused by a side that speaks another version", async () => {
    const { port1, port2 } = new MessageChannel();
    const connecting = connectModel(port2);
    port1.postMessage({ type: "hello", protocolVersion: 99 });
    await expect(connecting).rejects.toMatchObject({ code: "crashed", message: expect.stringContaining("99") });
    port1.close();
  });

  it("keeps no process alive that is done with it", async () => {
    const script = `const { register } = await import("tsx/esm/api"); register();
      const { throughChannel } = await import("./src/through-channel.ts");
      const { scriptedModel } = await import("./test/scripted-model.mjs");
      const model = await throughChannel(scriptedModel().model);
      for await (const event of model.generate({ prompt: "a b" })) if (event.type === "finish") console.log("finished");`;
    const { spawn } = await import("node:child_process");
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"] });
    const output: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => output.push(data));
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(Buffer.concat(output).toString()).toBe("finished\n");
  });

  it("has the model free again when its reader has left", async () => {
    const { model: scripted } = scriptedModel();
    let letGo = false;
    const slow = {
      ...scripted,
      async *generate(request: GenerateRequest) {
        try {
          yield* scripted.generate(request);
        } finally {
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          letGo = true;
        }
      },
    };
    const model = await throughChannel(slow);
    for await (const event of model.generate({ prompt: "forever" })) if (event.type === "text") break;
    expect(letGo).toBe(true);
    await model.dispose();
  });

  it("lets a model be disposed that waits for its answers, though a reader holds one", async () => {
    const { model: scripted } = scriptedModel();
    const answers = new Set<Promise<void>>();
    const waits = {
      ...scripted,
      async *generate(request: GenerateRequest) {
        let finish = () => {};
        const answer = new Promise<void>((resolve) => {
          finish = resolve;
        });
        answers.add(answer);
        try {
          yield* scripted.generate(request);
        } finally {
          finish();
        }
      },
      dispose: async () => void (await Promise.all(answers)),
    };
    const model = await throughChannel(waits);
    const held = model.generate({ prompt: "forever" })[Symbol.asyncIterator]();
    await held.next();
    await model.countTokens("round trip");
    await model.dispose();
    await expect(
      (async () => {
        for (;;) await held.next();
      })(),
    ).rejects.toMatchObject({ code: "disposed" });
  });

  it("refuses what cannot be sent, and goes on", async () => {
    const { model } = await inThisProcess();
    const messages = [{ role: "tool", content: [{ type: "tool-result", id: "1", name: "x", result: () => 1 }] }] as Message[];
    await expect(model.countTokens(messages)).rejects.toMatchObject({ code: "invalid-input" });
    await expect(all(model.generate({ messages }))).rejects.toMatchObject({ code: "invalid-input" });
    expect(text(await all(model.generate({ prompt: "still here" })))).toBe("still here");
    await model.dispose();
  });

  it("passes errors on whose details cannot be sent, and events that cannot as errors", async () => {
    const { model: scripted } = scriptedModel();
    const model = await throughChannel({
      ...scripted,
      countTokens: async () => {
        throw new TenfoldError("context-overflow", "too long", { details: { callback: () => 1 } });
      },
      async *generate() {
        yield { type: "tool-call", id: "1", name: "x", arguments: () => 1 };
      },
    } as unknown as LoadedModel);
    await expect(model.countTokens("x")).rejects.toMatchObject({ code: "context-overflow", message: "too long" });
    await expect(all(model.generate({ prompt: "x" }))).rejects.toMatchObject({ code: "generation-failed" });
    await model.dispose();
  });

  it("says when a model could not be disposed of", async () => {
    const { model: scripted } = scriptedModel();
    const model = await throughChannel({
      ...scripted,
      dispose: async () => {
        throw new TenfoldError("generation-failed", "memory is stuck");
      },
    });
    await expect(model.dispose()).rejects.toMatchObject({ message: "memory is stuck" });
  });

  it("is disposed of though the model then refuses its memory figures", async () => {
    const { model: scripted, record } = scriptedModel();
    const memory = () => {
      if (record.disposed > 0) throw new TenfoldError("disposed", "gone");
      return scripted.memory();
    };
    const model = await throughChannel({ ...scripted, memory });
    await model.dispose();
    expect(model.memory()).toMatchObject({ weightsBytes: 10 });
  });
});
