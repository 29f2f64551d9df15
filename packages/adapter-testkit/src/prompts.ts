import type { ChatRequest, Message } from "@tenfold/core";
import type { ConformanceKit } from "./kit.ts";
import { messagesOf, type ReferencePrompt, toolsOf } from "./reference.ts";

/** A conversation that any model answers at length. */
export const story: readonly Message[] = [{ role: "user", content: "Tell me a long story about a fox." }];
/** Another, for two at once. */
export const counting: readonly Message[] = [{ role: "user", content: "Count to fifty." }];

/** The likeliest answer, cut short. */
export function greedy(messages: readonly Message[], maxTokens: number): ChatRequest {
  return { messages, sampling: { temperature: 0 }, maxTokens };
}

/** The reference prompts of a behaviour; all without one. */
export function referencePrompts({ reference }: ConformanceKit, ...behaviours: string[]): readonly ReferencePrompt[] {
  return (reference?.prompts ?? []).filter((prompt) => behaviours.length === 0 || behaviours.includes(prompt.behaviour));
}

/** The request that has a reference prompt's answer. */
export function requestOf(prompt: ReferencePrompt): ChatRequest {
  const tools = toolsOf(prompt);
  const thinking = prompt.templateOptions.enable_thinking;
  return {
    ...greedy(messagesOf(prompt), prompt.maxTokens),
    ...(tools ? { tools } : {}),
    ...(thinking === undefined ? {} : { reasoning: thinking }),
  };
}
