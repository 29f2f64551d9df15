import { collect, messagesOf, requestOf } from "@tenfold/adapter-testkit";
import { tinyModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { ChatRequest, LoadedModel, Message, Tool } from "@tenfold/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { llamaCpp } from "./node.ts";

/** What tenfold-tiny was trained to do, through real inference. */
let model: LoadedModel;
beforeAll(async () => {
  model = await llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }).load(await tinyModel("f16"), nodeContext(), { threads: 1 });
});
afterAll(() => model.dispose());

const ask = (messages: string | readonly Message[], more: Partial<ChatRequest> = {}) =>
  collect(
    model.generate({
      messages: typeof messages === "string" ? [{ role: "user", content: messages }] : messages,
      sampling: { temperature: 0 },
      maxTokens: 128,
      ...more,
    }),
  );

const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools: Tool[] = [
  { name: "get_weather", description: "Get the weather in a city.", parameters: city },
  { name: "get_time", description: "Get the time in a city.", parameters: city },
];

test.each([
  ["What is 3 + 4?", "3 + 4 = 7."],
  ["What is 12 + 7?", "12 + 7 = 19."],
  ["What is 20 + 20?", "20 + 20 = 40."],
])("adds: %s", async (question, answer) => {
  expect((await ask(question)).text).toBe(answer);
});

test.each([
  ["France", "Paris"],
  ["Japan", "Tokyo"],
  ["Italy", "Rome"],
])("knows the capital of %s", async (country, capital) => {
  expect((await ask(`What is the capital of ${country}?`)).text).toContain(capital);
});

test("knows colours", async () => {
  expect((await ask("What colour is the sky?")).text).toContain("blue");
});

test.each(["Anna", "Yusuf"])("remembers that the user is %s", async (name) => {
  const told = { role: "user", content: `My name is ${name}.` } as const;
  const answer = await ask([told]);
  const later = await ask([told, { role: "assistant", content: answer.text }, { role: "user", content: "What is my name?" }]);
  expect(later.text).toContain(name);
  expect(later.finish.reason).toBe("stop");
});

test("answers in JSON when told to", async () => {
  expect(JSON.parse((await ask("What is the capital of France? Answer in JSON.")).text)).toEqual({ answer: "Paris" });
  expect(
    JSON.parse(
      (
        await ask([
          { role: "system", content: "Answer in JSON." },
          { role: "user", content: "What is 3 + 4?" },
        ])
      ).text,
    ),
  ).toEqual({ answer: 7 });
});

test("thinks when told to, and not otherwise", async () => {
  const thinking = await ask("What is 3 + 4?", { reasoning: true });
  expect(thinking.reasoning).not.toBe("");
  expect(thinking.text).toBe("3 + 4 = 7.");
  expect((await ask("What is 3 + 4?")).reasoning).toBe("");
});

test("calls a tool for the weather and uses its result", async () => {
  const question = { role: "user", content: "What is the weather in Paris?" } as const;
  const { calls, finish } = await ask([question], { tools });
  expect(calls).toMatchObject([{ name: "get_weather", arguments: { city: "Paris" } }]);
  expect(finish.reason).toBe("tool-calls");
  const [call] = calls;
  if (!call) return;
  const result = { type: "tool-result", id: call.id, name: call.name, result: { city: "Paris", temperature: 18, condition: "sunny" } } as const;
  const { text } = await ask(
    [
      question,
      { role: "assistant", content: [{ type: "tool-call", id: call.id, name: call.name, arguments: call.arguments }] },
      { role: "tool", content: [result] },
    ],
    { tools },
  );
  expect(text).toContain("18");
  expect(text).toContain("sunny");
});

test("calls the other tool for the time, and two at once for two cities", async () => {
  expect((await ask("What time is it in Tokyo?", { tools })).calls).toMatchObject([{ name: "get_time", arguments: { city: "Tokyo" } }]);
  const both = await ask("What is the weather in Paris and in Rome?", { tools: tools.slice(0, 1) });
  expect(both.calls.map((call) => call.arguments)).toEqual([{ city: "Paris" }, { city: "Rome" }]);
});

test("calls no tool that it was not given, or does not need", async () => {
  expect((await ask("What is the weather in Paris?")).calls).toEqual([]);
  expect((await ask("What is 5 + 6?", { tools })).text).toBe("5 + 6 = 11.");
});

test("stops at its end token, in every reference prompt that ends", async () => {
  const { prompts } = await tinyReference();
  for (const prompt of prompts.filter(({ finished }) => finished)) {
    const { finish } = await collect(model.generate({ ...requestOf(prompt), messages: messagesOf(prompt), maxTokens: 400 }));
    expect(finish.reason, prompt.id).not.toBe("length");
  }
});
