import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, ChatRequest, GenerateEvent, GenerateRequest, InstalledModel, LoadedModel, LoadOptions, Message } from "@tenfold/core";
import { createAnswerParser, createTokenText, hermesTags, thinkTags } from "@tenfold/generation/parse";
import type { Fault } from "./faults.ts";
import { answerTo, decode, encode, endToken, promptTokens, vocabularySize } from "./scripted-model.ts";

export const scriptedFile = new TextEncoder().encode(`scripted model\n${"weights ".repeat(200)}`);
const contextLimit = 4096;

export function scriptedModel(bytes: Uint8Array = scriptedFile): InstalledModel {
  const file = { path: "model.scripted", sizeBytes: bytes.length, read: async ({ start, end } = { start: 0, end: bytes.length }) => bytes.slice(start, end) };
  return { id: "scripted", variant: { id: "only", format: "scripted", artifacts: [] }, metadata: { format: "scripted" }, files: [file] };
}

/**
 * An adapter without a framework, for testing the cases themselves: right without a fault, wrong in one way with one.
 * It stands where a broken adapter would, which no real framework here is.
 * `heldBytes` is the memory that loaded models hold and that disposed ones give back.
 */
export function createScriptedAdapter(fault?: Fault): { adapter: Adapter; heldBytes: () => number } {
  let held = 0;
  const has = (one: Fault) => fault === one;

  async function load(model: InstalledModel, options: LoadOptions): Promise<LoadedModel> {
    const { signal, onProgress } = options;
    if (!has("load ignores abort")) signal?.throwIfAborted();
    if (model.variant.format !== "scripted" && !has("loads any format")) throw new TenfoldError("unsupported-format", "Not a scripted model.");
    const limit = options.memoryLimitBytes ?? Number.POSITIVE_INFINITY;
    if (scriptedFile.length > limit && has("refuses without a code")) throw new RangeError("too much");
    if ((scriptedFile.length > limit && !has("takes more than it may")) || (has("refuses what fits") && Number.isFinite(limit)))
      throw new TenfoldError("out-of-memory", "It does not fit.");
    const unknown = Object.keys(options.frameworkOptions ?? {});
    if (unknown.length > 0 && !has("takes any option")) throw new TenfoldError("invalid-input", `There is no option ${unknown.join(", ")}.`);
    const bytes = await model.files[0]?.read();
    if (decode([...(bytes ?? [])]) !== decode([...scriptedFile]) && !has("loads damaged files"))
      throw new TenfoldError("invalid-format", "The file is damaged.");
    for (const fraction of has("progress falls") ? [0, 0.6, 0.4, 1] : has("progress stops short") ? [0, 0.9] : [0, 0.5, 1]) {
      onProgress?.(fraction);
      await Promise.resolve();
      if (!has("load ignores abort")) signal?.throwIfAborted();
    }
    held += 20_000_000;
    return createScriptedModel(options, has, () => {
      if (!has("keeps memory")) held -= 20_000_000;
    });
  }

  return {
    heldBytes: () => held,
    adapter: {
      framework: "scripted",
      formats: ["scripted"],
      async probe() {
        if (has("probe throws")) throw new Error("no idea");
        return { available: true, frameworkVersion: "1", accelerators: ["cpu"] };
      },
      load: (model, _context, options) => load(model, options),
    },
  };
}

function createScriptedModel(options: LoadOptions, has: (fault: Fault) => boolean, release: () => void): LoadedModel {
  const contextSize = options.contextSize ?? contextLimit;
  let disposed = false;
  let cache: { key: string | undefined; tokens: readonly number[] } | undefined;
  let leftOver = "";
  let cutOff = false;
  let running = 0;
  let generated = 0;
  let queue = Promise.resolve();
  const checkAlive = () => {
    if (disposed && !has("works after dispose")) throw new TenfoldError("disposed", "The model was disposed.");
  };
  const countOf = (messages: readonly Message[]) => promptTokens({ messages }, has("parses special text")).length + (has("counts one token more") ? 1 : 0);

  /** What the model says, before anything is parsed. */
  function rawAnswer(request: ChatRequest): string {
    const { sampling, seed = 0 } = request;
    let text = answerTo(has("calls without being allowed") || request.toolChoice !== "none" ? request : without(request, "tools"));
    if ((sampling?.temperature ?? 1) > 0) {
      const shown = has("seed without effect") ? 0 : has("another text each time") ? generated : seed;
      text = `${shown}: ${text}`;
    } else if (has("greedy by seed")) text = `${seed}: ${text}`;
    if (has("another answer") && text.includes("7")) text = text.replace("7", "8");
    if (has("cache changes the answer") && cache) text = `${text.slice(0, 4)}${text.slice(5)}`;
    if (has("JSON cut short") && request.responseFormat) text = text.slice(0, -1);
    if (has("mixes answers") && running > 1) text = text.toUpperCase();
    text = leftOver + text;
    leftOver = "";
    return text;
  }

  function checkRequest(request: ChatRequest, prompt: readonly number[]): void {
    if (has("takes any setting")) return;
    if (request.maxTokens !== undefined && !(request.maxTokens >= 1)) throw new TenfoldError("invalid-input", "maxTokens must be at least 1.");
    if (Number.isNaN(request.sampling?.temperature)) throw new TenfoldError("invalid-input", "temperature must be a number.");
    if (prompt.length >= contextSize && !has("takes any prompt")) throw new TenfoldError("context-overflow", "The prompt is too long.");
  }

  async function* generate(given: GenerateRequest): AsyncGenerator<GenerateEvent> {
    const request = given as ChatRequest;
    const { signal } = request;
    checkAlive();
    const check = () => {
      if (!has("ignores abort")) signal?.throwIfAborted();
      if (!has("goes on while disposed")) checkAlive();
      if (cutOff) throw new TenfoldError("generation-failed", "The sequence is gone.");
    };
    check();
    if (has("refuses a second answer") && running > 0) throw new TenfoldError("generation-failed", "Busy.");
    running += 1;
    const turn = queue;
    let done = () => {};
    queue = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await (has("waits before aborting") ? turn : Promise.race([turn, aborted(signal)]));
      if (!has("waits before aborting")) check();
      yield* speak(request, check);
    } catch (error) {
      if (has("aborts with its own error") && signal?.aborted) throw new Error("it was aborted");
      throw error;
    } finally {
      running -= 1;
      void turn.then(done);
    }
  }

  async function* speak(request: ChatRequest, check: () => void): AsyncGenerator<GenerateEvent> {
    const messages = has("takes images")
      ? request.messages.map((message) =>
          typeof message.content === "string" ? message : { ...message, content: message.content.filter((part) => part.type !== "image") },
        )
      : request.messages;
    const prompt = promptTokens({ ...request, messages }, has("parses special text"));
    checkRequest(request, prompt);
    const cachedTokens = reuse(request, prompt);
    const answer = rawAnswer({ ...request, messages });
    generated += 1;
    const tokens = [...encode(answer, false), endToken];
    const parser = createAnswerParser({
      stop: has("stop string leaks when split") ? [] : (request.stop ?? []),
      ...(has("thoughts are text") ? {} : { reasoning: thinkTags }),
      ...(request.tools && request.toolChoice !== "none" && !has("calls are text") ? { toolCalls: { ...hermesTags, tools: request.tools } } : {}),
      ...(request.tools && has("calls without being allowed") ? { toolCalls: { ...hermesTags, tools: request.tools } } : {}),
    });
    const text = has("splits characters") ? { push: (token: number) => decodeLoosely(token), end: () => "" } : createTokenText((some) => decode(some));
    if (!has("no start")) yield { type: "start", accelerator: "cpu", warnings: [] };
    const said: number[] = [];
    let reason: "stop" | "length" | "tool-calls" = "length";
    const room = has("overfills the context") ? Number.POSITIVE_INFINITY : contextSize - prompt.length;
    const most = has("ignores maxTokens") ? room : Math.min(room, request.maxTokens ?? Number.POSITIVE_INFINITY);
    let spoken = "";
    for (const token of tokens) {
      await Promise.resolve();
      check();
      said.push(token);
      if (token === endToken) {
        reason = "stop";
        break;
      }
      for (const event of parser.push(text.push(token))) {
        yield event.type === "text" && request.logProbabilities ? { ...event, logProbabilities: [logProbability(event.text)] } : event;
        if (request.signal?.aborted && has("one event too many after abort")) yield event;
        check();
        if (event.type === "text") spoken += event.text;
      }
      const leaky = has("stop string leaks when split") ? request.stop?.find((stop) => spoken.endsWith(stop)) : undefined;
      if (parser.stopped || leaky !== undefined) {
        const [leaked] = request.stop ?? [];
        if (has("stop string leaks") && leaked) yield { type: "text", text: leaked };
        reason = "stop";
        break;
      }
      if (said.length >= most) break;
    }
    if (!parser.stopped) {
      for (const event of [...parser.push(text.end()), ...parser.end(reason === "length")])
        yield event.type === "text" && request.logProbabilities ? { ...event, logProbabilities: [logProbability(event.text)] } : event;
    }
    if (reason === "stop" && parser.sawToolCall) reason = "tool-calls";
    cache = { key: request.cacheKey, tokens: [...prompt, ...said] };
    const counted = said.length - (has("forgets the end token") && said.includes(endToken) ? 1 : 0);
    const finish: GenerateEvent = {
      type: "finish",
      reason: has("ends with stop at maxTokens") && reason === "length" ? "stop" : reason,
      usage: { promptTokens: prompt.length, cachedTokens, completionTokens: counted },
      timings: { timeToFirstTokenMs: 1, totalMs: 2, prefillTokensPerSecond: 1, decodeTokensPerSecond: 1 },
    };
    yield finish;
    if (has("two finishes")) yield finish;
    if (has("text after finish")) yield { type: "text", text: "and" };
  }

  function reuse(request: ChatRequest, prompt: readonly number[]): number {
    if (!cache || has("never caches") || (cache.key !== request.cacheKey && !has("shares caches"))) return 0;
    const { tokens } = cache;
    const different = prompt.findIndex((token, index) => tokens[index] !== token);
    return Math.min(different < 0 ? prompt.length : different, prompt.length - 1);
  }

  function logProbability(token: string) {
    const [first, second, third] = has("log-probabilities above 0") ? [0.2, -1, -2] : has("log-probabilities unsorted") ? [-0.2, -2, -1] : [-0.2, -1, -2];
    const top = [token, "b", "c"].map((one, index) => ({ token: one, logProbability: [first, second, third][index] ?? 0 }));
    return { token, logProbability: first ?? 0, top };
  }

  return {
    capabilities: {
      chat: true,
      tools: true,
      jsonSchema: true,
      reasoning: true,
      embeddings: false,
      vision: false,
      logProbabilities: true,
      parallel: options.parallel ?? 1,
      template: "tenfold",
    },
    contextSize,
    tokenizer: {
      vocabularySize,
      async encode(text, { parseSpecial = false } = {}) {
        checkAlive();
        return Int32Array.from(encode(text, parseSpecial));
      },
      decode: async (tokens) => decode([...tokens]),
    },
    async *generate(request) {
      let whole = false;
      try {
        for await (const event of generate(request)) {
          if (event.type === "finish") whole = true;
          yield event;
        }
      } finally {
        if (!whole && has("keeps a left answer")) leftOver = "…";
      }
    },
    async countTokens(input) {
      checkAlive();
      return { tokens: typeof input === "string" ? encode(input, false).length : countOf(input), exact: true };
    },
    memory: () => ({ weightsBytes: has("weights take nothing") ? 0 : scriptedFile.length, kvCacheBytes: 0, computeBytes: 0 }),
    async trim() {
      checkAlive();
      if (!has("keeps its caches")) cache = undefined;
      if (has("trimming cuts answers off")) cutOff = running > 0;
    },
    async dispose() {
      if (disposed && has("dispose twice throws")) throw new Error("already disposed");
      if (!disposed) release();
      disposed = true;
    },
  };
}

function without<Key extends keyof ChatRequest>(request: ChatRequest, key: Key): ChatRequest {
  const { [key]: _, ...rest } = request;
  return rest as ChatRequest;
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
}

const decodeLoosely = (token: number) => new TextDecoder().decode(Uint8Array.of(token));
