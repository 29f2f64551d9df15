import { TenfoldError } from "@tenfold/catalog";
import type { GenerateRequest, LoadedModel, MemoryUse } from "@tenfold/core";
import { type Hello, protocolVersion, type Request, type Response } from "./messages.ts";
import type { Port } from "./port.ts";

interface Running {
  credit: number;
  /** Called when credit has come. */
  proceed?: () => void;
  readonly abort: AbortController;
}

/** Offers a loaded model on a port. The other end is {@link connectModel}. */
export function serveModel(model: LoadedModel, port: Port): void {
  const running = new Map<number, Running>();
  const send = (response: Response) => port.postMessage(response);
  let lastMemory = model.memory();

  /** A model that is gone may refuse to account for itself. */
  function memory(): MemoryUse {
    try {
      lastMemory = model.memory();
    } catch {
      // The figures from before stand.
    }
    return lastMemory;
  }

  function sendError(number: number, error: unknown): void {
    const serialized = TenfoldError.from(error, "generation-failed", "The model failed").toJSON();
    try {
      send({ type: "error", number, error: serialized });
    } catch {
      // Details may hold what cannot be copied; the code and the message always can.
      const { details: _, ...rest } = serialized;
      send({ type: "error", number, error: rest });
    }
  }

  async function generate(number: number, request: Omit<GenerateRequest, "signal">, stream: Running): Promise<void> {
    const creditComes = () =>
      new Promise<void>((resolve) => {
        stream.proceed = resolve;
      });
    const { signal } = stream.abort;
    const events = model.generate({ ...request, signal } as GenerateRequest)[Symbol.asyncIterator]();
    try {
      for (;;) {
        while (stream.credit === 0 && !signal.aborted) await creditComes();
        if (signal.aborted) return;
        const { done, value } = await events.next();
        if (done || signal.aborted) return;
        stream.credit -= 1;
        send({ type: "event", number, event: value });
      }
    } finally {
      await events.return?.();
    }
  }

  async function call(request: Extract<Request, { type: "call" }>, signal: AbortSignal): Promise<unknown> {
    switch (request.name) {
      case "countTokens":
        return model.countTokens(request.arguments.input);
      case "embed": {
        const { texts, normalize } = request.arguments;
        return present(model.embed, "embeddings").call(model, texts, { signal, ...(normalize === undefined ? {} : { normalize }) });
      }
      case "rerank": {
        const { query, documents } = request.arguments;
        return present(model.rerank, "ranking").call(model, query, documents, { signal });
      }
      case "encode": {
        const { text, parseSpecial } = request.arguments;
        return present(model.tokenizer, "a tokenizer").encode(text, parseSpecial === undefined ? {} : { parseSpecial });
      }
      case "decode": {
        const { tokens, special } = request.arguments;
        return present(model.tokenizer, "a tokenizer").decode(tokens, special === undefined ? {} : { special });
      }
      case "trim":
        await present(model.trim, "caches to drop").call(model);
        return null;
      case "dispose":
        // A stream that waits for its reader would never see that the model is gone, and a model may wait for its streams.
        for (const stream of running.values()) if (stream.abort.signal !== signal) cancel(stream, new TenfoldError("disposed", "The model was disposed."));
        await model.dispose();
        return null;
    }
  }

  function cancel(stream: Running, reason: unknown): void {
    stream.abort.abort(reason);
    stream.proceed?.();
  }

  function start(number: number, credit: number, work: (stream: Running) => Promise<void>): void {
    const stream: Running = { credit, abort: new AbortController() };
    running.set(number, stream);
    work(stream)
      // Whoever cancelled has its answer already.
      .catch((error: unknown) => stream.abort.signal.aborted || sendError(number, error))
      .finally(() => running.delete(number));
  }

  port.addEventListener("message", ({ data }) => {
    const request = data as Request;
    const stream = running.get(request.number);
    if (request.type === "generate") {
      start(request.number, request.credit, async (own) => {
        try {
          await generate(request.number, request.request, own);
        } catch (error) {
          if (!own.abort.signal.aborted) throw error;
        }
        // Also after a cancel: it says that the model has let go.
        send({ type: "end", number: request.number, memory: memory() });
      });
    } else if (request.type === "call") {
      start(request.number, 0, async ({ abort }) => {
        const result = await call(request, abort.signal);
        send({ type: "result", number: request.number, result, memory: memory() });
        if (request.name === "dispose") port.close?.();
      });
    } else if (stream) {
      if (request.type === "cancel") cancel(stream, new DOMException("Cancelled", "AbortError"));
      else {
        stream.credit += request.events;
        stream.proceed?.();
      }
    }
  });
  port.addEventListener("close", () => {
    for (const stream of running.values()) cancel(stream, new DOMException("The other side is gone", "AbortError"));
  });
  port.start?.();
  const hello: Hello = {
    type: "hello",
    protocolVersion,
    capabilities: model.capabilities,
    contextSize: model.contextSize,
    embeds: model.embed !== undefined,
    ...(model.rerank ? { reranks: true as const } : {}),
    trims: model.trim !== undefined,
    ...(model.tokenizer ? { vocabularySize: model.tokenizer.vocabularySize } : {}),
    memory: lastMemory,
  };
  send(hello);
}

function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new TenfoldError("unsupported-request", `This model does not offer ${what}.`);
  return value;
}
