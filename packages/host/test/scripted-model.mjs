/**
 * A LoadedModel without weights, for what lies between a model and its user: it streams the words of its prompt.
 * It keeps a record of what was asked of it.
 */
export function scriptedModel() {
  const record = { pulled: 0, aborted: 0, returned: 0, disposed: 0, trimmed: 0 };
  const usage = { promptTokens: 1, cachedTokens: 0, completionTokens: 1 };
  const timings = { timeToFirstTokenMs: 1, totalMs: 1, prefillTokensPerSecond: 1, decodeTokensPerSecond: 1 };
  let disposed = false;
  const model = {
    capabilities: {
      chat: true,
      tools: false,
      jsonSchema: false,
      reasoning: false,
      embeddings: true,
      vision: false,
      logProbabilities: false,
      parallel: 2,
      template: "tenfold",
    },
    contextSize: 128,
    tokenizer: {
      vocabularySize: 256,
      encode: async (text) => Int32Array.from(new TextEncoder().encode(text)),
      decode: async (tokens) => new TextDecoder().decode(Uint8Array.from(tokens)),
    },
    async *generate({ prompt, signal }) {
      signal?.addEventListener("abort", () => {
        record.aborted += 1;
      });
      try {
        yield { type: "start", accelerator: "cpu", warnings: [] };
        if (prompt === "throw") throw new RangeError("out of words");
        for (let index = 0; prompt === "forever" || index < prompt.split(" ").length; index += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          signal?.throwIfAborted();
          record.pulled += 1;
          yield { type: "text", text: prompt === "forever" ? `${index}` : prompt.split(" ")[index] };
        }
        yield { type: "finish", reason: "stop", usage, timings };
      } finally {
        record.returned += 1;
      }
    },
    countTokens: async (input) => ({ tokens: String(input).length, exact: true }),
    embed: async (texts) => texts.map((text) => Float32Array.from([text.length, 0.5])),
    rerank: async (query, documents) => documents.map((document) => document.length / (query.length + document.length)),
    memory: () => ({ weightsBytes: 10, kvCacheBytes: record.pulled, computeBytes: disposed ? 0 : 1 }),
    async trim() {
      record.trimmed += 1;
    },
    async dispose() {
      disposed = true;
      record.disposed += 1;
    },
  };
  return { model, record };
}
