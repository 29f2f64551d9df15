import { collect } from "@tenfold/adapter-testkit";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { afterEach, expect, expectTypeOf, test } from "vitest";
import { type MlcFolder, mlcFolder } from "../test/mlc-folder.ts";
import { createReactNativeAdapter } from "./react-native/adapter.ts";
import type { NativeCompletion, NativeEngine, NativeMessage, NativeOptions } from "./react-native/engine.ts";

let made: MlcFolder | undefined;
afterEach(async () => {
  await made?.remove();
  made = undefined;
});

/** The interface of @react-native-ai/mlc, which needs a phone: it says the same pieces each time, in turns of the event loop. */
function scriptedEngine(pieces: readonly string[], { finish = "stop" as NativeCompletion["finish_reason"], linked = ["Hollow"], there = true } = {}) {
  const calls = {
    prepared: [] as string[],
    cancelled: [] as string[],
    unloaded: 0,
    asked: [] as { messages: NativeMessage[]; options: NativeOptions | undefined }[],
  };
  const updates = new Set<(event: { delta: { content: string } }) => void>();
  const completions = new Set<(event: NativeCompletion) => void>();
  const listen =
    <Listener>(listeners: Set<Listener>) =>
    (listener: Listener) => {
      listeners.add(listener);
      return { remove: () => void listeners.delete(listener) };
    };
  const engine: NativeEngine = {
    getModels: async () => linked.map((model_id) => ({ model_id })),
    async prepareModel(id) {
      if (!there) throw new Error(`Model directory not found at path: /bundle/${id}`);
      calls.prepared.push(id);
    },
    async unloadModel() {
      calls.unloaded += 1;
    },
    async streamText(messages, options) {
      calls.asked.push({ messages, options });
      const id = `stream-${calls.asked.length}`;
      const say = (index: number) => {
        if (calls.cancelled.includes(id)) return;
        const content = pieces[index];
        if (content === undefined)
          for (const listener of completions) listener({ usage: { prompt_tokens: 9, completion_tokens: pieces.length }, finish_reason: finish });
        else {
          for (const listener of updates) listener({ delta: { content } });
          setImmediate(say, index + 1);
        }
      };
      setImmediate(say, 0);
      return id;
    },
    async cancelStream(id) {
      calls.cancelled.push(id);
    },
    onChatUpdate: listen(updates),
    onChatComplete: listen(completions),
  };
  return { engine, calls, listeners: () => updates.size + completions.size };
}

const adapterOf = (engine: NativeEngine) => createReactNativeAdapter({ importEngine: async () => engine, now: () => performance.now() });

async function load(engine: NativeEngine) {
  made = await mlcFolder();
  return adapterOf(engine).load(await made.open(), nodeContext(), {});
}

const question = { messages: [{ role: "user", content: "Hello" }] } as const;

test("@react-native-ai/mlc has what is used of it", () => {
  expectTypeOf<typeof import("@react-native-ai/mlc")["MLCEngine"]>().toExtend<NativeEngine>();
});

test("a model that the application was built for answers in pieces", async () => {
  const { engine, calls, listeners } = scriptedEngine(["<think>so", "</think>Hel", "lo", "!"]);
  expect(await adapterOf(engine).probe(nodeContext())).toMatchObject({ available: true, notes: [expect.stringContaining("Hollow")] });
  const model = await load(engine);
  expect(calls.prepared).toEqual(["Hollow"]);
  const answer = await collect(model.generate({ ...question, maxTokens: 20, sampling: { temperature: 0, minP: 0.1 }, seed: 3 }));
  expect(answer).toMatchObject({ text: "Hello!", reasoning: "so", finish: { reason: "stop", usage: { promptTokens: 9, completionTokens: 4 } } });
  expect(answer.start.warnings.map(({ setting }) => setting)).toEqual(["minP", "seed"]);
  expect(calls.asked).toEqual([{ messages: [{ role: "user", content: "Hello" }], options: { temperature: 0, maxTokens: 20 } }]);
  expect(listeners()).toBe(0);
  await model.dispose();
  await model.dispose();
  expect(calls.unloaded).toBe(1);
  await expect(collect(model.generate(question))).rejects.toMatchObject({ code: "disposed" });
});

test("a stop string, an abort and a loop that is left all cancel the stream", async () => {
  const { engine, calls, listeners } = scriptedEngine(["one ", "two ", "three ", "four"]);
  const model = await load(engine);
  expect((await collect(model.generate({ ...question, stop: ["three"] }))).text).toBe("one two ");
  const controller = new AbortController();
  const aborted = async () => {
    for await (const event of model.generate({ ...question, signal: controller.signal })) if (event.type === "text") controller.abort(new Error("enough"));
  };
  await expect(aborted()).rejects.toThrow("enough");
  for await (const event of model.generate(question)) if (event.type === "text") break;
  expect(calls.cancelled).toEqual(["stream-1", "stream-2", "stream-3"]);
  expect(listeners()).toBe(0);
  await model.dispose();
});

test("two answers come one after the other", async () => {
  const { engine } = scriptedEngine(["a", "b"], { finish: "length" });
  const model = await load(engine);
  const answers = await Promise.all([collect(model.generate(question)), collect(model.generate(question))]);
  expect(answers).toMatchObject([
    { text: "ab", finish: { reason: "length" } },
    { text: "ab", finish: { reason: "length" } },
  ]);
  await model.dispose();
});

test("a schema is handed on; tools, prompts and pictures are refused", async () => {
  const { engine, calls } = scriptedEngine(["{}"]);
  const model = await load(engine);
  await collect(model.generate({ ...question, responseFormat: { type: "json", schema: { type: "object" } } }));
  expect(calls.asked[0]?.options).toEqual({ responseFormat: { type: "json_object", schema: '{"type":"object"}' } });
  const refused = { code: "unsupported-request" };
  await expect(collect(model.generate({ prompt: "Hello" }))).rejects.toMatchObject(refused);
  await expect(collect(model.generate({ ...question, tools: [{ name: "f", parameters: {} }] }))).rejects.toMatchObject(refused);
  const image = { type: "image", bytes: new Uint8Array(1), mediaType: "image/png" } as const;
  await expect(collect(model.generate({ messages: [{ role: "user", content: [image] }] }))).rejects.toMatchObject(refused);
  expect(await model.countTokens("12345678")).toEqual({ tokens: 2, exact: false });
  await model.dispose();
});

test("a model that the application was not built for, or that is not there, is refused with what to do", async () => {
  await expect(load(scriptedEngine([], { linked: ["Other"] }).engine)).rejects.toMatchObject({
    code: "load-failed",
    message: expect.stringContaining("has Other"),
    remedy: expect.stringContaining("mlc_llm package"),
  });
  await made?.remove();
  await expect(load(scriptedEngine([], { there: false }).engine)).rejects.toMatchObject({ code: "not-installed", remedy: expect.stringContaining("folder") });
});
