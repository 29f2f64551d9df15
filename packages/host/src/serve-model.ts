import { TenfoldError } from "@tenfold/catalog";
import type { GenerateRequest, LoadedModel } from "@tenfold/core";
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

  async function generate(number: number, request: Omit<GenerateRequest, "signal">, stream: Running): Promise<void> {
    const creditComes = () =>
      new Promise<void>((resolve) => {
        stream.proceed = resolve;
      });
    for await (const event of model.generate({ ...request, signal: stream.abort.signal } as GenerateRequest)) {
      while (stream.credit === 0 && !stream.abort.signal.aborted) await creditComes();
      if (stream.abort.signal.aborted) return;
      stream.credit -= 1;
      send({ type: "event", number, event });
    }
    send({ type: "end", number, memory: model.memory() });
  }

  async function call(request: Extract<Request, { type: "call" }>, signal: AbortSignal): Promise<unknown> {
    switch (request.name) {
      case "countTokens":
        return model.countTokens(request.arguments.input);
      case "embed": {
        const { texts, normalize } = request.arguments;
        return present(model.embed, "embeddings").call(model, texts, { signal, ...(normalize === undefined ? {} : { normalize }) });
      }
      case "encode": {
        const { text, parseSpecial } = request.arguments;
        return present(model.tokenizer, "a tokenizer").encode(text, parseSpecial === undefined ? {} : { parseSpecial });
      }
      case "decode": {
        const { tokens, special } = request.arguments;
        return present(model.tokenizer, "a tokenizer").decode(tokens, special === undefined ? {} : { special });
      }
      case "dispose":
        await model.dispose();
        return null;
    }
  }

  function start(number: number, credit: number, work: (stream: Running) => Promise<void>): void {
    const stream: Running = { credit, abort: new AbortController() };
    running.set(number, stream);
    work(stream)
      .catch((error: unknown) => {
        // Whoever cancelled has its answer already.
        if (!stream.abort.signal.aborted) send({ type: "error", number, error: TenfoldError.from(error, "generation-failed", "The model failed").toJSON() });
      })
      .finally(() => running.delete(number));
  }

  port.addEventListener("message", ({ data }) => {
    const request = data as Request;
    const stream = running.get(request.number);
    if (request.type === "generate") start(request.number, request.credit, (own) => generate(request.number, request.request, own));
    else if (request.type === "call") {
      start(request.number, 0, async ({ abort }) => {
        const result = await call(request, abort.signal);
        send({ type: "result", number: request.number, result, memory: model.memory() });
        if (request.name === "dispose") port.close?.();
      });
    } else if (stream) {
      if (request.type === "credit") stream.credit += request.events;
      else stream.abort.abort(new DOMException("Cancelled", "AbortError"));
      stream.proceed?.();
    }
  });
  port.addEventListener("close", () => {
    for (const stream of running.values()) {
      stream.abort.abort(new DOMException("The other side is gone", "AbortError"));
      stream.proceed?.();
    }
  });
  port.start?.();
  const hello: Hello = {
    type: "hello",
    protocolVersion,
    capabilities: model.capabilities,
    contextSize: model.contextSize,
    embeds: model.embed !== undefined,
    ...(model.tokenizer ? { vocabularySize: model.tokenizer.vocabularySize } : {}),
    memory: model.memory(),
  };
  send(hello);
}

function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new TenfoldError("unsupported-request", `This model does not offer ${what}.`);
  return value;
}
