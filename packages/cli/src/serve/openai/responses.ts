import type { GenerateEvent, Usage } from "@tenfold/core";
import { answer } from "../answer.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Exchange, openEvents, type Route, readBody, sendJson } from "../route.ts";
import { type ResponsesBody, responsesSchema, toChatRequest } from "./responses-request.ts";

type Item =
  | { type: "message"; id: string; status: string; role: "assistant"; content: { type: "output_text"; text: string; annotations: []; logprobs: [] }[] }
  | { type: "reasoning"; id: string; summary: []; content: { type: "reasoning_text"; text: string }[] }
  | { type: "function_call"; id: string; status: string; call_id: string; name: string; arguments: string };

interface StreamEvent {
  type: string;
  [key: string]: unknown;
}

export const responses: Route = {
  method: "POST",
  path: "/v1/responses",
  dialect: "openai",
  async handle(exchange) {
    const { models, request, response, signal, now } = exchange;
    const body = await readBody(responsesSchema, request);
    const asked = toChatRequest(body);
    const visit = await models.visit(body.model, signal);
    const id = exchange.id("resp_");
    const described = describe(body, id, now());
    let sender: ReturnType<typeof openEvents> | undefined;
    let number = 0;
    const send = async (event: StreamEvent) => {
      if (!body.stream) return;
      sender ??= openEvents(response);
      await sender.send(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`);
      number += 1;
    };
    try {
      let finished: object | undefined;
      for await (const event of toStreamEvents(answer(visit, asked), exchange.id, described)) {
        if (event.type === "response.completed" || event.type === "response.incomplete") finished = event.response as object;
        await send(event);
      }
      if (body.stream) sender?.end();
      else sendJson(response, finished);
    } catch (error) {
      if (!sender) throw error;
      const { message, code } = (errorAnswer(error, "openai").body as { error: { message: string; code: string } }).error;
      await send({ type: "error", message, code, param: null });
      sender.end();
    } finally {
      visit.leave();
    }
  },
};

type Describe = (status: string, output: readonly Item[], more?: object) => object;

/** What says of a request what it was, around what came of it. */
function describe(body: ResponsesBody, id: string, createdAt: number): Describe {
  return (status, output, more = {}) => ({
    ...{ id, object: "response", created_at: createdAt, status, model: body.model, output, error: null, incomplete_details: null },
    ...{ instructions: body.instructions ?? null, max_output_tokens: body.max_output_tokens ?? null, metadata: {}, parallel_tool_calls: true },
    ...{ previous_response_id: null, store: false, temperature: body.temperature ?? null, top_p: body.top_p ?? null, truncation: "disabled" },
    ...{ text: { format: body.text?.format ?? { type: "text" } }, tool_choice: body.tool_choice ?? "auto", tools: body.tools ?? [], usage: null },
    ...more,
  });
}

function toUsage({ promptTokens, cachedTokens, completionTokens }: Usage) {
  return {
    ...{ input_tokens: promptTokens, input_tokens_details: { cached_tokens: cachedTokens } },
    ...{ output_tokens: completionTokens, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: promptTokens + completionTokens },
  };
}

/** The events of an answer as items that are opened, filled and closed one after another. */
async function* toStreamEvents(events: AsyncIterable<GenerateEvent>, newId: Exchange["id"], described: Describe): AsyncGenerator<StreamEvent> {
  const output: Item[] = [];
  let open: Item | undefined;
  let started = false;
  const place = (item: Item) => ({ item_id: item.id, output_index: output.indexOf(item) });

  function* begin(item: Item): Generator<StreamEvent> {
    output.push(item);
    open = item;
    const empty = item.type === "function_call" ? item : { ...item, content: [] };
    yield { type: "response.output_item.added", output_index: output.length - 1, item: empty };
    if (item.type === "message") yield { type: "response.content_part.added", ...place(item), content_index: 0, part: { ...item.content[0] } };
  }
  function* close(): Generator<StreamEvent> {
    if (!open) return;
    const item = open;
    open = undefined;
    if (item.type === "message") {
      const [part] = item.content;
      yield { type: "response.output_text.done", ...place(item), content_index: 0, text: part?.text, logprobs: [] };
      yield { type: "response.content_part.done", ...place(item), content_index: 0, part };
    } else if (item.type === "reasoning") {
      yield { type: "response.reasoning_text.done", ...place(item), content_index: 0, text: item.content[0]?.text };
    } else {
      yield { type: "response.function_call_arguments.done", ...place(item), name: item.name, arguments: item.arguments };
    }
    if ("status" in item) item.status = "completed";
    yield { type: "response.output_item.done", output_index: output.indexOf(item), item };
  }
  function* openCall(callId: string, name: string): Generator<StreamEvent> {
    if (open?.type === "function_call" && open.call_id === callId) return;
    yield* close();
    yield* begin({ type: "function_call", id: newId("fc_"), status: "in_progress", call_id: callId, name, arguments: "" });
  }
  function* argue(delta: string): Generator<StreamEvent> {
    if (open?.type !== "function_call") return;
    open.arguments += delta;
    yield { type: "response.function_call_arguments.delta", ...place(open), delta };
  }

  for await (const event of events) {
    if (event.type === "start" || event.type === "failover" || event.type === "limit") continue;
    if (!started) {
      started = true;
      yield { type: "response.created", response: described("in_progress", []) };
      yield { type: "response.in_progress", response: described("in_progress", []) };
    }
    switch (event.type) {
      case "text": {
        if (open?.type !== "message") {
          yield* close();
          const content = [{ type: "output_text" as const, text: "", annotations: [] as [], logprobs: [] as [] }];
          yield* begin({ type: "message", id: newId("msg_"), status: "in_progress", role: "assistant", content });
        }
        const item = open as Extract<Item, { type: "message" }>;
        if (item.content[0]) item.content[0].text += event.text;
        yield { type: "response.output_text.delta", ...place(item), content_index: 0, delta: event.text, logprobs: [] };
        break;
      }
      case "reasoning": {
        if (open?.type !== "reasoning") {
          yield* close();
          yield* begin({ type: "reasoning", id: newId("rs_"), summary: [], content: [{ type: "reasoning_text", text: "" }] });
        }
        const item = open as Extract<Item, { type: "reasoning" }>;
        if (item.content[0]) item.content[0].text += event.text;
        yield { type: "response.reasoning_text.delta", ...place(item), content_index: 0, delta: event.text };
        break;
      }
      case "tool-call-start":
        yield* openCall(event.id, event.name);
        break;
      case "tool-call-delta":
        yield* argue(event.argumentsText);
        break;
      case "tool-call":
        yield* openCall(event.id, event.name);
        if (open?.type === "function_call" && open.arguments === "") yield* argue(JSON.stringify(event.arguments));
        yield* close();
        break;
      case "finish": {
        yield* close();
        const usage = toUsage(event.usage);
        const cut = event.reason === "length";
        const response = cut
          ? described("incomplete", output, { usage, incomplete_details: { reason: "max_output_tokens" } })
          : described("completed", output, { usage });
        yield { type: cut ? "response.incomplete" : "response.completed", response };
      }
    }
  }
}
