import {
  type JSONSchema7,
  type LanguageModelV4CallOptions,
  type LanguageModelV4FunctionTool,
  type SharedV4Warning,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { injectJsonInstructionIntoMessages, isCustomReasoning } from "@ai-sdk/provider-utils";
import type { ChatRequest, Sampling, Tool, ToolChoice } from "@tenfold/core";
import { withoutSafeBounds } from "./json-schema.ts";
import { toMessages } from "./messages.ts";
import { languageModelOptionsSchema, readProviderOptions } from "./provider-options.ts";
import type { ServedModel } from "./served-model.ts";

export interface BuiltRequest {
  request: ChatRequest;
  /** What of the call this model cannot do. */
  warnings: SharedV4Warning[];
}

type AskingModel = Pick<ServedModel, "capabilities" | "framework">;

/**
 * A call of the AI SDK as a request.
 * @throws UnsupportedFunctionalityError for what cannot be left out; TenfoldError `invalid-input` for provider options that there are not.
 */
export function toRequest(call: LanguageModelV4CallOptions, { capabilities, framework }: AskingModel): BuiltRequest {
  const warnings: SharedV4Warning[] = [];
  const own = readProviderOptions(languageModelOptionsSchema, call.providerOptions, framework);
  const prompt = capabilities.jsonSchema ? call.prompt : askForJson(call, warnings);
  const reasoning = own.reasoning ?? reasoningOf(call.reasoning, capabilities.reasoning, warnings);
  const request: ChatRequest = {
    messages: toMessages(prompt, capabilities.vision),
    ...toolsOf(call, capabilities.tools, warnings),
    ...(call.responseFormat?.type === "json" && capabilities.jsonSchema ? { responseFormat: jsonFormat(call.responseFormat.schema) } : {}),
    sampling: samplingOf(call, own),
    ...given("stop", call.stopSequences),
    ...given("maxTokens", call.maxOutputTokens),
    ...given("seed", call.seed),
    ...given("reasoning", reasoning),
    ...given("logProbabilities", own.logProbabilities),
    ...given("cacheKey", own.cacheKey),
    ...given("priority", own.priority),
  };
  return { request, warnings };
}

/** A key that is left out rather than set to undefined. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { [Name in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [Name in Key]?: Value };
}

const jsonFormat = (schema: JSONSchema7 | undefined) => ({ type: "json" as const, ...given("schema", schema && withoutSafeBounds(schema)) });

/** Where nothing holds the answer to a schema, the model is told of it; the SDK checks what comes. */
function askForJson({ prompt, responseFormat }: LanguageModelV4CallOptions, warnings: SharedV4Warning[]): LanguageModelV4CallOptions["prompt"] {
  if (responseFormat?.type !== "json") return prompt;
  const details = "This framework does not hold answers to JSON: the model is asked for it in words.";
  warnings.push({ type: "compatibility", feature: "responseFormat", details });
  return injectJsonInstructionIntoMessages({ messages: prompt, ...given("schema", responseFormat.schema) });
}

type Own = ReturnType<typeof readProviderOptions<typeof languageModelOptionsSchema>>;

function samplingOf(call: LanguageModelV4CallOptions, { minP, repetitionPenalty, dry, xtc, logitBias }: Own): Sampling {
  const { temperature, topK, topP, presencePenalty, frequencyPenalty } = call;
  const asked = { temperature, topK, topP, presencePenalty, frequencyPenalty, minP, repetitionPenalty, dry, xtc, logitBias };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Sampling;
}

/** Models here think or do not; how hard cannot be said. */
function reasoningOf(asked: LanguageModelV4CallOptions["reasoning"], able: boolean, warnings: SharedV4Warning[]): boolean | undefined {
  if (!isCustomReasoning(asked)) return undefined;
  if (asked === "none") return able ? false : undefined;
  const details = able ? `Reasoning is on or off here: "${asked}" switches it on.` : "This model does not think before it answers.";
  warnings.push({ type: able ? "compatibility" : "unsupported", feature: "reasoning", details });
  return able ? true : undefined;
}

function toolsOf(
  { tools = [], toolChoice }: LanguageModelV4CallOptions,
  able: boolean,
  warnings: SharedV4Warning[],
): Pick<ChatRequest, "tools" | "toolChoice"> {
  const functions = tools.filter((tool): tool is LanguageModelV4FunctionTool => {
    if (tool.type === "function") return true;
    warnings.push({ type: "unsupported", feature: `provider-defined tool ${tool.id}`, details: "Only functions of the application can be called here." });
    return false;
  });
  if (functions.length === 0) return {};
  if (!able) {
    const message = "This model, or the framework it runs in, does not call tools.";
    if (toolChoice?.type === "required" || toolChoice?.type === "tool") throw new UnsupportedFunctionalityError({ functionality: "toolChoice", message });
    if (toolChoice?.type !== "none") warnings.push({ type: "unsupported", feature: "tools", details: message });
    return {};
  }
  if (functions.some(({ inputExamples }) => inputExamples !== undefined))
    warnings.push({ type: "unsupported", feature: "inputExamples", details: "Chat templates have no place for examples of a tool's input." });
  return { tools: functions.map(toTool), ...given("toolChoice", choiceOf(toolChoice)) };
}

function toTool({ name, description, inputSchema }: LanguageModelV4FunctionTool): Tool {
  return { name, ...given("description", description), parameters: withoutSafeBounds(inputSchema) };
}

function choiceOf(choice: LanguageModelV4CallOptions["toolChoice"]): ToolChoice | undefined {
  return choice?.type === "tool" ? { tool: choice.toolName } : choice?.type;
}
