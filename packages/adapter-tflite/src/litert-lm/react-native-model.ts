import { TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent, GenerateRequest, LoadedModel, Message, Warning } from "@tenfold/core";
import { createLock, resolveSampling } from "@tenfold/generation/loop";
import { createLifetime } from "@tenfold/generation/model";
import { createAnswerParser, createGenerationClock, thinkTags } from "@tenfold/generation/parse";
import { fromNative } from "../errors.ts";
import { readText, type TextSource } from "./text-source.ts";

interface LoadConfig {
  backend: "cpu";
  activationDataType: "f32";
  maxContextTokens: number;
  maxOutputTokens: number;
  enableStructuredOutput: boolean;
  temperature: number;
  topK: number;
  topP: number;
  numThreads?: number;
}

interface ExecuteOptions {
  maxOutputTokens?: number;
  responseSchema?: string;
  repetitionPenalty?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
}

/** What is used of a model of react-native-litert-lm. */
export interface NativeLlm {
  loadModel(path: string, config: LoadConfig): Promise<void>;
  resetConversation(historyJson?: string, systemPrompt?: string): void;
  execute(parts: { type: "text"; text: string }[], onToken: (token: string, done: boolean) => void, options: ExecuteOptions): Promise<string>;
  countTokens(text: string): number;
  getStats(): { promptTokens: number; completionTokens: number };
  close(): void;
}

export interface ReactNativeModelParts {
  native: NativeLlm;
  contextSize: number;
  weightsBytes: number;
  now: () => number;
}

const framework = "litert-lm";

/** The contract's model over the package's conversations, which render the template themselves. One answer at a time. */
export function createReactNativeModel({ native, contextSize, weightsBytes, now }: ReactNativeModelParts): LoadedModel {
  const turns = createLock();
  const lifetime = createLifetime(framework, async () => native.close());

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { signal } = request;
    signal?.throwIfAborted();
    lifetime.check();
    const { system, history, question } = conversationOf(request);
    const options = optionsOf(request, contextSize);
    const parser = createAnswerParser({ ...(request.stop ? { stop: request.stop } : {}), reasoning: { ...thinkTags, startsInside: false } });
    const release = await turns.acquire(signal);
    let ended: Promise<unknown> = Promise.resolve();
    try {
      lifetime.check();
      yield { type: "start", accelerator: "cpu", warnings: ignored(request) };
      const clock = createGenerationClock(now);
      let leave = () => {};
      const left = new Promise<{ full: boolean }>((resolve) => {
        leave = () => resolve({ full: false });
      });
      const source: TextSource = {
        cachedTokens: 0,
        run(onText) {
          native.resetConversation(history.length > 0 ? JSON.stringify(history) : undefined, system);
          const answer = lifetime.busy(() => native.execute([{ type: "text", text: question }], (token) => token && onText(token), options));
          ended = answer.catch(() => {});
          // The package cannot be interrupted: who leaves does not wait, the next answer does.
          return Promise.race([answer.then(() => ({ full: false })), left]);
        },
        cancel: () => leave(),
        release: () => {},
      };
      const onCancel = (cancel: () => void) => {
        signal?.addEventListener("abort", cancel, { once: true });
        return () => signal?.removeEventListener("abort", cancel);
      };
      for await (const piece of readText(source, { busy: (work) => work(), onCancel, onEnd: () => {} })) {
        signal?.throwIfAborted();
        clock.firstToken();
        for (const event of parser.push(piece)) {
          yield event;
          signal?.throwIfAborted();
        }
        if (parser.stopped) break;
      }
      signal?.throwIfAborted();
      const { promptTokens, completionTokens } = native.getStats();
      const usage = { promptTokens: Math.max(0, promptTokens), cachedTokens: 0, completionTokens: Math.max(0, completionTokens) };
      const cut = !parser.stopped && usage.completionTokens >= (options.maxOutputTokens ?? contextSize);
      if (!parser.stopped) yield* parser.end(cut);
      yield { type: "finish", reason: cut ? "length" : "stop", usage, timings: clock.timings(usage.promptTokens, usage.completionTokens) };
    } catch (error) {
      signal?.throwIfAborted();
      throw fromNative(error, "generation-failed", "LiteRT-LM failed while answering", framework);
    } finally {
      void ended.then(release);
    }
  }

  return {
    capabilities: {
      ...{ chat: true, tools: false, jsonSchema: true, reasoning: true, embeddings: false, vision: false, logProbabilities: false, parallel: 1 },
      template: "framework",
    },
    contextSize,
    generate,
    async countTokens(input) {
      lifetime.check();
      const text = typeof input === "string" ? input : input.map((message) => textOf(message)).join("\n");
      return { tokens: Math.max(0, native.countTokens(text)), exact: typeof input === "string" };
    },
    memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: 0 }),
    dispose: () => lifetime.dispose(),
  };
}

const unsupported = (message: string) => new TenfoldError("unsupported-request", message, { framework });

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function conversationOf(request: GenerateRequest): { system: string | undefined; history: { role: "user" | "model"; content: string }[]; question: string } {
  if (!("messages" in request)) throw unsupported("react-native-litert-lm takes messages alone, for it renders the chat template itself.");
  if ((request.tools?.length ?? 0) > 0) throw unsupported("react-native-litert-lm sets tools when it loads a model, so that no request brings its own.");
  const system = request.messages.filter(({ role }) => role === "system").map(textOf);
  const others = request.messages.filter(({ role }) => role !== "system");
  const last = others.at(-1);
  if (last?.role !== "user") throw unsupported("react-native-litert-lm answers what a user says, so that the last message has to be the user's.");
  const history = others.slice(0, -1).map((message) => {
    if (message.role !== "user" && message.role !== "assistant") throw unsupported(`react-native-litert-lm knows no messages of the role ${message.role}.`);
    return { role: message.role === "user" ? ("user" as const) : ("model" as const), content: textOf(message) };
  });
  return { system: system.length > 0 ? system.join("\n") : undefined, history, question: textOf(last) };
}

function optionsOf({ sampling, maxTokens, responseFormat }: GenerateRequest, contextSize: number): ExecuteOptions {
  resolveSampling(sampling);
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1))
    throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`);
  return {
    maxOutputTokens: Math.min(maxTokens ?? contextSize, contextSize),
    ...(responseFormat?.type === "json" ? { responseSchema: JSON.stringify(responseFormat.schema ?? {}) } : {}),
    ...(sampling?.repetitionPenalty === undefined ? {} : { repetitionPenalty: sampling.repetitionPenalty }),
    ...(sampling?.presencePenalty === undefined ? {} : { presencePenalty: sampling.presencePenalty }),
    ...(sampling?.frequencyPenalty === undefined ? {} : { frequencyPenalty: sampling.frequencyPenalty }),
  };
}

/** What the package sets when it loads a model, and what LiteRT-LM does not know. */
function ignored({ sampling, seed, logProbabilities }: GenerateRequest): Warning[] {
  const warn = (setting: string, message: string): Warning => ({ kind: "ignored-setting", setting, message });
  const atLoad = (["temperature", "topK", "topP"] as const).filter((name) => sampling?.[name] !== undefined);
  const unknown = (["minP", "dry", "xtc", "logitBias"] as const).filter((name) => sampling?.[name] !== undefined);
  return [
    ...atLoad.map((name) => warn(name, `react-native-litert-lm sets ${name} when it loads a model: give it in frameworkOptions.`)),
    ...[...unknown, ...(seed === undefined ? [] : ["seed"]), ...(logProbabilities ? ["logProbabilities"] : [])].map((name) =>
      warn(name, `react-native-litert-lm takes no ${name}; it has no effect.`),
    ),
  ];
}
