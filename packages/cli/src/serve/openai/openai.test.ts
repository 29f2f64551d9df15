import { tinyEncoderReference } from "@tenfold/adapter-testkit/models";
import OpenAI from "openai";
import type { ChatCompletionFunctionTool, ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenModelServer, openModelServer } from "../../../test/open-model-server.ts";

let served: OpenModelServer;
let openai: OpenAI;
beforeAll(async () => {
  served = await openModelServer();
  openai = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(() => served?.close());

const model = "tiny";
const greedy = { model, temperature: 0 } as const;
const user = (content: string): ChatCompletionMessageParam[] => [{ role: "user", content }];
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather: ChatCompletionFunctionTool = { type: "function", function: { name: "get_weather", description: "Get the weather in a city.", parameters } };
const sunny = JSON.stringify({ city: "Paris", temperature: 18, condition: "sunny" });
const schema = { type: "object", properties: { colour: { enum: ["red", "blue"] } }, required: ["colour"], additionalProperties: false };

describe("chat completions, asked by OpenAI's own client", () => {
  test("answer whole, with usage, and with thoughts apart", async () => {
    const answer = await openai.chat.completions.create({ ...greedy, messages: user("What is 17 + 15?") });
    expect(answer).toMatchObject({
      object: "chat.completion",
      model,
      choices: [{ finish_reason: "stop", message: { role: "assistant", content: "17 + 15 = 32." } }],
    });
    expect(answer.usage).toMatchObject({ prompt_tokens: 18, completion_tokens: 12, total_tokens: 30 });
    const thought = await openai.chat.completions.create({ ...greedy, messages: user("What is 3 + 4? Think first.") });
    expect(thought.choices[0]?.message).toMatchObject({ content: "3 + 4 = 7.", reasoning_content: "I add 3 and 4. 3 + 4 = 7." });
  });

  test("stream, and end with usage where that is asked for", async () => {
    const stream = await openai.chat.completions.create({
      ...greedy,
      messages: user("What is 17 + 15?"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    const reasons: string[] = [];
    let usage: unknown;
    for await (const { choices, usage: told } of stream) {
      text += choices[0]?.delta.content ?? "";
      if (choices[0]?.finish_reason) reasons.push(choices[0].finish_reason);
      usage = told ?? usage;
    }
    expect([text, reasons]).toEqual(["17 + 15 = 32.", ["stop"]]);
    expect(usage).toMatchObject({ completion_tokens: 12 });
  });

  test("call tools and take their results, whole and streamed", async () => {
    const messages = user("What is the weather in Paris?");
    const first = await openai.chat.completions.create({ ...greedy, messages, tools: [weather] });
    const said = first.choices[0]?.message;
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    const [call] = said?.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } });
    if (!said || !call) throw new Error("There is no call.");
    const told: ChatCompletionMessageParam[] = [...messages, said, { role: "tool", tool_call_id: call.id, content: sunny }];
    const second = await openai.chat.completions.create({ ...greedy, messages: told, tools: [weather] });
    expect(second.choices[0]?.message.content).toBe("It is sunny and 18 degrees in Paris.");
    const streamed = await openai.chat.completions.stream({ ...greedy, messages, tools: [weather] }).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: "get_weather", arguments: '{"city": "Paris"}' } }]);
  });

  test("keep to a JSON Schema, to stops, to a seed and to the most tokens", async () => {
    const response_format = { type: "json_schema", json_schema: { name: "colour", schema, strict: true } } as const;
    const { choices } = await openai.chat.completions.create({ ...greedy, messages: user("Hello"), response_format });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ colour: expect.stringMatching(/^(red|blue)$/) });
    const stopped = await openai.chat.completions.create({ ...greedy, messages: user("Count to twenty."), stop: [", 4"] });
    expect(stopped.choices[0]?.message.content).toBe("1, 2, 3");
    const cut = await openai.chat.completions.create({ ...greedy, messages: user("Count to twenty."), max_completion_tokens: 4 });
    expect(cut.choices[0]?.finish_reason).toBe("length");
    const seeded = async () => {
      const told = await openai.chat.completions.create({
        model,
        messages: user("Tell me a long story about a fox."),
        temperature: 1.5,
        seed: 7,
        max_tokens: 20,
      });
      return told.choices[0]?.message.content;
    };
    expect(await seeded()).toBe(await seeded());
  });

  test("report log-probabilities", async () => {
    const { choices } = await openai.chat.completions.create({ ...greedy, messages: user("What is 3 + 4?"), logprobs: true, top_logprobs: 2 });
    const [first] = choices[0]?.logprobs?.content ?? [];
    expect(first?.logprob).toBeLessThanOrEqual(0);
    expect(first?.top_logprobs).toHaveLength(2);
  });
});

test("completions take the prompt as it is", async () => {
  const prompt = "<|im_start|>user\n";
  const whole = await openai.completions.create({ ...greedy, prompt, max_tokens: 6, logprobs: 1 });
  expect(whole.choices[0]).toMatchObject({ finish_reason: "length", logprobs: { tokens: expect.any(Array) } });
  let text = "";
  for await (const { choices } of await openai.completions.create({ ...greedy, prompt, max_tokens: 6, stream: true })) text += choices[0]?.text ?? "";
  expect(text).toBe(whole.choices[0]?.text);
});

describe("responses", () => {
  test("answer, stream and call functions", async () => {
    const answer = await openai.responses.create({ ...greedy, instructions: "Answer in JSON.", input: "What is 3 + 4?" });
    expect([answer.status, answer.output_text, answer.usage?.output_tokens]).toEqual(["completed", '{"answer": 7}', expect.any(Number)]);
    const types: string[] = [];
    const stream = await openai.responses.create({ ...greedy, input: "What is 17 + 15?", stream: true });
    for await (const { type } of stream) if (types.at(-1) !== type) types.push(type);
    expect(types).toEqual([
      ...["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta"],
      ...["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
    ]);
    const tools = [{ type: "function", name: "get_weather", description: "Get the weather in a city.", parameters, strict: false }] as const;
    const input = [{ role: "user", content: "What is the weather in Paris?" }] as const;
    const called = await openai.responses.stream({ ...greedy, input: [...input], tools: [...tools] }).finalResponse();
    const call = called.output.find((item) => item.type === "function_call");
    expect(call).toMatchObject({ name: "get_weather", arguments: '{"city": "Paris"}' });
    if (!call) throw new Error("There is no call.");
    const result = { type: "function_call_output", call_id: call.call_id, output: sunny } as const;
    const told = await openai.responses.create({ ...greedy, input: [...input, call, result], tools: [...tools] });
    expect(told.output_text).toBe("It is sunny and 18 degrees in Paris.");
  });

  test("keep to a schema, and say when they were cut off", async () => {
    const held = await openai.responses.create({ ...greedy, input: "Hello", text: { format: { type: "json_schema", name: "colour", schema } } });
    expect(JSON.parse(held.output_text)).toHaveProperty("colour");
    const cut = await openai.responses.create({ ...greedy, input: "Count to twenty.", max_output_tokens: 4 });
    expect([cut.status, cut.incomplete_details?.reason]).toEqual(["incomplete", "max_output_tokens"]);
    await expect(openai.responses.create({ ...greedy, input: "Hello", previous_response_id: "resp_1" })).rejects.toMatchObject({ status: 400 });
  });
});

test("embeddings are the reference's, in both encodings", async () => {
  const { sentences } = await tinyEncoderReference();
  const input = sentences.map(({ text }) => text);
  const [coded, plain] = await Promise.all([
    openai.embeddings.create({ model: "encoder", input }),
    openai.embeddings.create({ model: "encoder", input, encoding_format: "float" }),
  ]);
  expect(coded.usage.prompt_tokens).toBeGreaterThan(input.length);
  for (const [index, { vector }] of sentences.entries()) {
    const length = Math.hypot(...vector);
    for (const answer of [coded, plain]) expect(answer.data[index]?.embedding[0]).toBeCloseTo((vector[0] ?? 0) / length, 3);
  }
});

test("models are listed by name and variant, and known by either", async () => {
  const ids = (await openai.models.list()).data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([expect.stringMatching(/^tiny:/), expect.stringMatching(/^encoder:/)]));
  expect((await openai.models.retrieve("tiny")).id).toBe(ids.find((id) => id.startsWith("tiny:")));
});

test.each([
  ["a model that is not installed", { model: "nothing", messages: user("Hello") }, 404, "tenfold pull nothing"],
  ["a message of no role", { model, messages: [{ content: "Hello" }] }, 400, "messages[0]"],
  ["several answers", { model, messages: user("Hello"), n: 2 }, 400, "one answer"],
  ["a prompt longer than the context", { model, messages: user("word ".repeat(3000)) }, 400, "context"],
  [
    "an image by its address",
    { model, messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.org/a.png" } }] }] },
    400,
    "data:",
  ],
])("%s is refused in words", async (_what, body, status, words) => {
  const error = await openai.chat.completions.create(body as never).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ status, message: expect.stringContaining(words) });
});
