/** One part of a message. */
export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image"; bytes: Uint8Array; mediaType: string }
  | { type: "reasoning"; text: string }
  | { type: "tool-call"; id: string; name: string; arguments: unknown }
  | { type: "tool-result"; id: string; name: string; result: unknown };

export interface Message {
  role: "system" | "user" | "assistant" | "tool";
  /** A string stands for one text part. */
  content: string | readonly ContentPart[];
}

/** A function the model may ask for. `parameters` is a JSON Schema of an object. */
export interface Tool {
  name: string;
  description?: string;
  parameters: Readonly<Record<string, unknown>>;
}

export type ToolChoice = "auto" | "none" | "required" | { tool: string };

/** Absent settings take the model's defaults. `temperature: 0` is greedy. */
export interface Sampling {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repetitionPenalty?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  /** Against repeating what was written before, the harder the longer the repetition gets. */
  dry?: DrySampling;
  /** Against the most usual word, where others would do as well. */
  xtc?: XtcSampling;
  /** Added to the logits of tokens, by the model's own token numbers. `-Infinity` bans one. */
  logitBias?: Readonly<Record<number, number>>;
}

/** A token that would make a repetition of `length` tokens longer loses `multiplier × base ^ (length − allowedLength)`. */
export interface DrySampling {
  /** 0 switches it off. */
  multiplier: number;
  /** Default 1.75. */
  base?: number;
  /** Tokens that may be repeated freely. Default 2. */
  allowedLength?: number;
  /** Tokens that are looked back at. Default: all. */
  window?: number;
  /** A repetition does not reach across tokens that hold one of these strings. Default: line break, colon, double quote, asterisk. */
  breakers?: readonly string[];
}

/** With `probability`, all tokens at least as likely as `threshold` but the least likely of them are left out. */
export interface XtcSampling {
  probability: number;
  threshold: number;
}

export type ResponseFormat = { type: "text" } | { type: "json"; schema?: Readonly<Record<string, unknown>> };

interface CommonRequest {
  responseFormat?: ResponseFormat;
  sampling?: Sampling;
  /** Strings that end the answer. They are not part of it. */
  stop?: readonly string[];
  /** Most tokens to generate, reasoning included. Absent: until the model ends or the context is full. */
  maxTokens?: number;
  /** The same model, prompt, settings and seed give the same text on one framework and machine. */
  seed?: number;
  /** Whether to think before answering, for models that can be told. */
  reasoning?: boolean;
  /** How many of the likeliest tokens to report with each text event; 0 or absent reports none. */
  logProbabilities?: number;
  /** Answers of one key may share cached prefixes; different keys never do. */
  cacheKey?: string;
  /** Higher comes first among the requests that wait for one model. Default 0. */
  priority?: number;
  signal?: AbortSignal;
}

export interface ChatRequest extends CommonRequest {
  messages: readonly Message[];
  tools?: readonly Tool[];
  toolChoice?: ToolChoice;
}

export interface PromptRequest extends CommonRequest {
  /** Raw text: no template is applied and no special tokens are added or parsed. */
  prompt: string;
}

/** What to generate. Stateless: a conversation sends all of its messages each time. */
export type GenerateRequest = ChatRequest | PromptRequest;
