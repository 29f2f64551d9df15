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
