import type { GenerateRequest, LoadedModel } from "@tenfold/core";
import type { Port } from "./port.ts";
import { type Running, type Served, serveRequests, unsupported } from "./serve-requests.ts";

/** Offers a loaded model on a port. The other end is {@link connectModel}. */
export function serveModel(model: LoadedModel, port: Port): void {
  const call: Served["call"] = async (request, signal) => {
    switch (request.name) {
      case "countTokens":
        return model.countTokens(request.arguments.input);
      case "embed": {
        const { texts, normalize } = request.arguments;
        return (model.embed ?? unsupported("embeddings")).call(model, texts, { signal, ...(normalize === undefined ? {} : { normalize }) });
      }
      case "rerank": {
        const { query, documents } = request.arguments;
        return (model.rerank ?? unsupported("ranking")).call(model, query, documents, { signal });
      }
      case "encode": {
        const { text, parseSpecial } = request.arguments;
        return (model.tokenizer ?? unsupported("a tokenizer")).encode(text, parseSpecial === undefined ? {} : { parseSpecial });
      }
      case "decode": {
        const { tokens, special } = request.arguments;
        return (model.tokenizer ?? unsupported("a tokenizer")).decode(tokens, special === undefined ? {} : { special });
      }
      case "trim":
        await (model.trim ?? unsupported("caches to drop")).call(model);
        return null;
      default:
        return unsupported("logits");
    }
  };

  const generate: Served["generate"] = async ({ number, request }, running, send) => {
    const { signal } = running.abort;
    const events = model.generate({ ...request, signal } as GenerateRequest)[Symbol.asyncIterator]();
    try {
      for (;;) {
        while (running.credit === 0 && !signal.aborted) await creditFor(running);
        if (signal.aborted) return;
        const { done, value } = await events.next();
        if (done || signal.aborted) return;
        running.credit -= 1;
        send({ type: "event", number, event: value });
      }
    } finally {
      await events.return?.();
    }
  };

  serveRequests(
    port,
    {
      role: "model",
      capabilities: model.capabilities,
      contextSize: model.contextSize,
      embeds: model.embed !== undefined,
      ...(model.rerank ? { reranks: true as const } : {}),
      trims: model.trim !== undefined,
      ...(model.tokenizer ? { vocabularySize: model.tokenizer.vocabularySize } : {}),
    },
    { memory: () => model.memory(), call, generate, dispose: () => model.dispose() },
  );
}

function creditFor(running: Running): Promise<void> {
  return new Promise<void>((resolve) => {
    running.proceed = resolve;
  });
}
