import { TenfoldError } from "@tenfold/catalog";
import type { EmbedOptions, GenerateEvent, GenerateRequest, LoadedModel, RerankOptions } from "@tenfold/core";
import type { Port } from "./port.ts";
import { useChannel } from "./use-channel.ts";

/** Events that may be on their way at once: enough to keep the model busy, few enough that nobody runs far ahead. */
const window = 16;

/**
 * Uses a model that is served on the other end of a port, as if it were here.
 * @throws TenfoldError `crashed` when the port closes first, or the other side speaks another version of the protocol or has another role.
 */
export async function connectModel(port: Port): Promise<LoadedModel> {
  const channel = await useChannel(port, "model");
  const { hello, checkAlive, call, open, close, send, refuse } = channel;

  async function* generate({ signal, ...request }: GenerateRequest): AsyncGenerator<GenerateEvent> {
    checkAlive();
    signal?.throwIfAborted();
    const arrived: GenerateEvent[] = [];
    let over = false;
    let failure: { error: unknown } | undefined;
    let wake: () => void = () => {};
    const number = open({
      fail(error) {
        failure ??= { error };
        wake();
      },
      receive(response) {
        if (response.type === "event") {
          if (arrived.length >= window) refuse("The other side sends events that nobody has asked for.");
          arrived.push(response.event);
        } else if (response.type === "error") failure ??= { error: TenfoldError.fromJSON(response.error) };
        else if (response.type === "end") {
          channel.memory = response.memory;
          over = true;
        }
        wake();
      },
    });
    const onAbort = () => {
      failure = { error: signal?.reason };
      arrived.length = 0;
      wake();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    // Before it is sent and after its end there is nothing to cancel.
    let settled = true;
    let read = 0;
    try {
      send({ type: "generate", number, request, credit: window });
      settled = false;
      for (;;) {
        const event = arrived.shift();
        if (event) {
          read += 1;
          if (read === window / 2) {
            send({ type: "credit", number, events: read });
            read = 0;
          }
          yield event;
        } else if (failure) {
          settled = !signal?.aborted;
          throw failure.error;
        } else if (over) {
          settled = true;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (!settled && !channel.over) send({ type: "cancel", number });
      // Who aborts does not wait; who leaves the loop may rely on the model being free afterwards.
      while (!settled && !over && !failure) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      close(number);
    }
  }

  const { vocabularySize } = hello;
  return {
    capabilities: hello.capabilities,
    contextSize: hello.contextSize,
    ...(vocabularySize === undefined
      ? {}
      : {
          tokenizer: {
            vocabularySize,
            encode: (text, options = {}) => call("encode", { text, ...options }),
            decode: (tokens, options = {}) => call("decode", { tokens, ...options }),
          },
        }),
    ...(hello.embeds
      ? {
          async embed(texts: readonly string[], { normalize, signal }: EmbedOptions = {}) {
            const vectors = await call("embed", { texts, ...(normalize === undefined ? {} : { normalize }) }, signal);
            return vectors.length === texts.length ? vectors : refuse(`The other side sent ${vectors.length} vectors for ${texts.length} texts.`);
          },
        }
      : {}),
    ...(hello.reranks
      ? {
          async rerank(query: string, documents: readonly string[], { signal }: RerankOptions = {}) {
            const scores = await call("rerank", { query, documents }, signal);
            return scores.length === documents.length ? scores : refuse(`The other side sent ${scores.length} scores for ${documents.length} documents.`);
          },
        }
      : {}),
    generate,
    countTokens: (input) => call("countTokens", { input }),
    memory: () => channel.memory,
    ...(hello.trims ? { trim: async () => void (await call("trim", {})) } : {}),
    dispose: channel.dispose,
  };
}
