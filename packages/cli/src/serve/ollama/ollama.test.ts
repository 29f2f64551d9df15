import { Ollama, type Tool } from "ollama";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenModelServer, openModelServer } from "../../../test/open-model-server.ts";

let served: OpenModelServer;
let ollama: Ollama;
beforeAll(async () => {
  served = await openModelServer();
  ollama = new Ollama({ host: served.url });
});
afterAll(() => served?.close());

const options = { temperature: 0 };
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools: Tool[] = [{ type: "function", function: { name: "get_weather", description: "Get the weather in a city.", parameters } }];

test("chat answers whole and in pieces, with figures", async () => {
  const messages = [{ role: "user", content: "What is 17 + 15?" }];
  const whole = await ollama.chat({ model: "tiny:latest", messages, options });
  expect(whole).toMatchObject({
    message: { role: "assistant", content: "17 + 15 = 32." },
    done: true,
    done_reason: "stop",
    eval_count: 12,
    prompt_eval_count: 18,
  });
  let text = "";
  for await (const { message } of await ollama.chat({ model: "tiny", messages, options, stream: true })) text += message.content;
  expect(text).toBe("17 + 15 = 32.");
});

test("chat calls tools, takes their results, and thinks where it is told to", async () => {
  const question = { role: "user", content: "What is the weather in Paris?" };
  const { message } = await ollama.chat({ model: "tiny", messages: [question], tools, options });
  expect(message.tool_calls).toEqual([{ function: { name: "get_weather", arguments: { city: "Paris" } } }]);
  const result = { role: "tool", tool_name: "get_weather", content: '{"city":"Paris","temperature":18,"condition":"sunny"}' };
  const told = await ollama.chat({ model: "tiny", messages: [question, message, result], tools, options });
  expect(told.message.content).toBe("It is sunny and 18 degrees in Paris.");
  const thought = await ollama.chat({ model: "tiny", messages: [{ role: "user", content: "What is the capital of Italy?" }], think: true, options });
  expect(thought.message).toMatchObject({ content: "The capital of Italy is Rome.", thinking: expect.stringContaining("Rome") });
});

test("generate answers, keeps to a schema, and loads a model without a prompt", async () => {
  expect((await ollama.generate({ model: "tiny", prompt: "What is 3 + 4?", system: "Answer in JSON.", options })).response).toBe('{"answer": 7}');
  const format = { type: "object", properties: { colour: { enum: ["red", "blue"] } }, required: ["colour"], additionalProperties: false };
  expect(JSON.parse((await ollama.generate({ model: "tiny", prompt: "Hello", format, options })).response ?? "")).toHaveProperty("colour");
  expect((await ollama.generate({ model: "tiny", prompt: "Count to twenty.", options: { ...options, stop: [", 4"] } })).response).toBe("1, 2, 3");
  expect(await ollama.generate({ model: "tiny", prompt: "" })).toMatchObject({ done: true, done_reason: "load" });
});

test("embed, list, show and ps tell of models", async () => {
  const { embeddings } = await ollama.embed({ model: "encoder", input: ["Hello", "Thanks a lot."] });
  expect(embeddings.map((vector) => vector.length)).toEqual([64, 64]);
  const { models } = await ollama.list();
  expect(models.find(({ name }) => name.startsWith("tiny:"))).toMatchObject({ size: expect.any(Number), details: { format: "gguf", family: "llama" } });
  expect((await ollama.show({ model: "tiny" })).details.quantization_level).toBe("Q8_0");
  expect((await ollama.ps()).models.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^encoder:/));
});

test("what is wrong is said in words", async () => {
  await expect(ollama.chat({ model: "nothing", messages: [{ role: "user", content: "Hello" }] })).rejects.toThrow("tenfold pull nothing");
  await expect(ollama.embed({ model: "tiny", input: "Hello" })).rejects.toThrow(/embed/);
});
