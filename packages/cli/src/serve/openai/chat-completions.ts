import { TenfoldError } from "@tenfold/catalog";
import { collectText, type FinishReason, type GenerateEvent, type LogProbability, type Usage } from "@tenfold/core";
import { answer } from "../answer.ts";
import { errorAnswer } from "../error-answer.ts";
import { openEvents, type Route, readBody, sendJson } from "../route.ts";
import { type ChatBody, chatSchema, toChatRequest } from "./chat-request.ts";

export const chatCompletions: Route = {
  method: "POST",
  path: "/v1/chat/completions",
  dialect: "openai",
  async handle({ models, request, response, signal, now, id }) {
    const body = await readBody(chatSchema, request);
    const asked = toChatRequest(body);
    const visit = await models.visit(body.model, signal);
    try {
      const head = { id: id("chatcmpl-"), created: now(), model: body.model };
      const events = answer(visit, asked);
      if (body.stream) await stream(events, body, head, openEvents, response);
      else sendJson(response, await whole(events, body, head));
    } finally {
      visit.leave();
    }
  },
};

interface Head {
  id: string;
  created: number;
  model: string;
}

export const finishReasons: Readonly<Record<FinishReason, string>> = { stop: "stop", length: "length", "tool-calls": "tool_calls" };

export function toUsage({ promptTokens, cachedTokens, completionTokens }: Usage) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}

function toLogprobs(told: readonly LogProbability[], top: number) {
  const entry = ({ token, logProbability }: { token: string; logProbability: number }) => ({ token, logprob: logProbability, bytes: [...Buffer.from(token)] });
  return { content: told.map((one) => ({ ...entry(one), top_logprobs: one.top.slice(0, top).map(entry) })), refusal: null };
}

async function whole(events: AsyncIterable<GenerateEvent>, body: ChatBody, head: Head) {
  const told: LogProbability[] = [];
  async function* listen() {
    for await (const event of events) {
      if (event.type === "text") told.push(...(event.logProbabilities ?? []));
      yield event;
    }
  }
  const { text, reasoning, toolCalls, finishReason, usage } = await collectText(listen());
  const calls = toolCalls.map(({ id, name, arguments: given }) => ({ id, type: "function", function: { name, arguments: JSON.stringify(given) } }));
  const message = {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  const logprobs = body.logprobs ? toLogprobs(told, body.top_logprobs ?? 0) : null;
  const choices = [{ index: 0, message, logprobs, finish_reason: finishReasons[finishReason] }];
  return { ...head, object: "chat.completion", choices, usage: toUsage(usage) };
}

async function stream(events: AsyncIterable<GenerateEvent>, body: ChatBody, head: Head, open: typeof openEvents, response: Parameters<typeof openEvents>[0]) {
  let sender: ReturnType<typeof openEvents> | undefined;
  const withUsage = body.stream_options?.include_usage === true;
  const send = async (value: unknown) => {
    // The status is sent with the first word, so that what fails before has one of its own.
    sender ??= open(response);
    await sender.send(`data: ${JSON.stringify(value)}\n\n`);
  };
  const chunk = (delta: unknown, more: object = {}) =>
    send({
      ...{ ...head, object: "chat.completion.chunk" },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }],
      ...(withUsage ? { usage: null } : {}),
    });
  const calls = new Map<string, number>();
  const sentArguments = new Set<string>();
  let started = false;
  const openCall = async (callId: string, name: string) => {
    if (calls.has(callId)) return;
    calls.set(callId, calls.size);
    await chunk({ tool_calls: [{ index: calls.get(callId), id: callId, type: "function", function: { name, arguments: "" } }] });
  };
  const sendArguments = async (callId: string, text: string) => {
    sentArguments.add(callId);
    await chunk({ tool_calls: [{ index: calls.get(callId), function: { arguments: text } }] });
  };
  try {
    for await (const event of events) {
      if (event.type === "start" || event.type === "failover" || event.type === "limit") continue;
      if (!started) await chunk({ role: "assistant", content: "" });
      started = true;
      if (event.type === "text") {
        const logprobs = body.logprobs ? toLogprobs(event.logProbabilities ?? [], body.top_logprobs ?? 0) : null;
        await chunk({ content: event.text }, { logprobs });
      } else if (event.type === "reasoning") await chunk({ reasoning_content: event.text });
      else if (event.type === "tool-call-start") await openCall(event.id, event.name);
      else if (event.type === "tool-call-delta") await sendArguments(event.id, event.argumentsText);
      else if (event.type === "tool-call") {
        await openCall(event.id, event.name);
        if (!sentArguments.has(event.id)) await sendArguments(event.id, JSON.stringify(event.arguments));
      } else {
        await chunk({}, { finish_reason: finishReasons[event.reason] });
        if (withUsage) await send({ ...head, object: "chat.completion.chunk", choices: [], usage: toUsage(event.usage) });
      }
    }
    await sender?.send("data: [DONE]\n\n");
  } catch (error) {
    if (!sender) throw error;
    await sender.send(`data: ${JSON.stringify(errorAnswer(TenfoldError.from(error, "generation-failed", "The answer broke off"), "openai").body)}\n\n`);
  }
  sender?.end();
}
