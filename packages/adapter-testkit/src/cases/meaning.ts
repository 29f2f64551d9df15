import { assert, equal } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsReference } from "../conformance-case.ts";
import { greedy, referencePrompts, requestOf } from "../prompts.ts";
import { messagesOf } from "../reference.ts";

export const meaningCases: readonly ConformanceCase[] = [
  {
    id: "tool-round-trip",
    title: "a tool is called, its result is used",
    needs: (capabilities, setup) => (capabilities.tools ? needsReference("tool-call", "tool-result")(capabilities, setup) : "the model calls no tools"),
    async run(kit) {
      const model = await kit.shared();
      const called = referencePrompts(kit, "tool-result").find((prompt) => prompt.messages.some((message) => message.tool_calls));
      assert(called, "the reference has no tool result after a call");
      const request = requestOf(called);
      const question = request.messages.slice(
        0,
        request.messages.findIndex((message) => message.role === "assistant"),
      );
      const first = await collect(model.generate({ ...request, messages: question }));
      equal(first.finish.reason, "tool-calls", "the reason");
      const [call] = first.calls;
      assert(call, "no tool was called");
      const types = first.events.map(({ type }) => type);
      assert(
        types.indexOf("tool-call-start") >= 0 && types.indexOf("tool-call-start") < types.indexOf("tool-call"),
        "the call does not begin with tool-call-start",
      );
      equal(JSON.parse(call.argumentsText), call.arguments, "the arguments put together from their parts");
      equal(first.text.trim(), "", "the text beside the call");

      const result = messagesOf(called).at(-1);
      const answered = result?.content;
      assert(typeof answered === "object" && answered[0]?.type === "tool-result", "the reference's last message is no tool result");
      const conversation = [
        ...question,
        { role: "assistant", content: [{ type: "tool-call", id: call.id, name: call.name, arguments: call.arguments }] } as const,
        { role: "tool", content: [{ ...answered[0], id: call.id, name: call.name }] } as const,
      ];
      const second = await collect(model.generate({ ...request, messages: conversation }));
      equal(second.text, called.outputText, "the answer with the result");
      equal(second.finish.reason, "stop", "the reason of the answer");
    },
  },
  {
    id: "tool-choice-none",
    title: "no tool is called when none may be",
    needs: (capabilities, setup) => (capabilities.tools ? needsReference("tool-call")(capabilities, setup) : "the model calls no tools"),
    async run(kit) {
      const [prompt] = referencePrompts(kit, "tool-call");
      assert(prompt, "the reference has no tool call");
      const { calls, finish } = await collect((await kit.shared()).generate({ ...requestOf(prompt), toolChoice: "none" }));
      equal(calls.length, 0, "calls");
      assert(finish.reason !== "tool-calls", "the answer finished with tool-calls");
    },
  },
  {
    id: "reasoning",
    title: "thoughts come as reasoning, not as text",
    needs: (capabilities, setup) => (capabilities.reasoning ? needsReference("think")(capabilities, setup) : "the model does not think"),
    async run(kit) {
      const model = await kit.shared();
      for (const prompt of referencePrompts(kit, "think")) {
        const { reasoning, text, events } = await collect(model.generate(requestOf(prompt)));
        assert(reasoning !== "", `there are no thoughts in ${prompt.id}`);
        assert(!/<\/?think>/.test(text + reasoning), `the tags leaked in ${prompt.id}`);
        const last = events.findLastIndex(({ type }) => type === "reasoning");
        assert(last < events.findIndex(({ type }) => type === "text"), `text came before the thoughts ended in ${prompt.id}`);
      }
    },
  },
  {
    id: "json-schema",
    title: "an answer in a JSON format is JSON that follows the schema",
    needs: ({ chat, jsonSchema }) => (chat && jsonSchema ? undefined : "the model is not held to a JSON Schema"),
    async run({ shared }) {
      const model = await shared();
      const messages = [{ role: "user", content: "What is the capital of France? Answer in JSON." }] as const;
      const schema = {
        type: "object",
        properties: { city: { type: "string", maxLength: 12 }, large: { type: "boolean" } },
        required: ["city", "large"],
        additionalProperties: false,
      };
      const held = await collect(model.generate({ ...greedy(messages, 96), responseFormat: { type: "json", schema } }));
      equal(held.finish.reason, "stop", "the reason");
      const value = parsed(held.text);
      equal(Object.keys(value).sort(), ["city", "large"], "the keys");
      assert(typeof value.city === "string" && typeof value.large === "boolean", `the values have other types than the schema says: ${held.text}`);
      const free = await collect(model.generate({ ...greedy(messages, 96), responseFormat: { type: "json" } }));
      if (free.finish.reason === "stop") parsed(free.text);
    },
  },
];

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(`the answer is not JSON: ${text}`);
  }
}
