import { collect } from "@tenfold/adapter-testkit";
import { tinyLiteRtLmModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, test } from "vitest";
import { readLayout } from "./litert/layout.ts";
import { createPlainSequence } from "./litert/plain-sequence.ts";
import { createReactNativeBinding, type FastTflite } from "./litert/react-native-binding.ts";
import { createReactNativeAdapter } from "./litert-lm/react-native-adapter.ts";
import type { NativeLlm } from "./litert-lm/react-native-model.ts";
import { liteRt, liteRtLm } from "./react-native.ts";

const vocabularySize = 5;

/** Stands in for native code, which needs a phone: the likeliest token is the next one. */
const scriptedTflite: FastTflite = {
  loadTensorflowModel: async ({ url }) => ({
    inputs: [{ name: "serving_default_tokens:0", dataType: url.includes("64") ? "int64" : "int32", shape: [1, 8] }],
    outputs: [{ name: "StatefulPartitionedCall:0", dataType: "float32", shape: [1, 8, vocabularySize] }],
    run: async ([tokens]) => {
      const logits = new Float32Array(8 * vocabularySize);
      for (const [row, token] of new Int32Array(tokens as ArrayBuffer).entries()) logits[row * vocabularySize + ((token + 1) % vocabularySize)] = 1;
      return [logits.buffer];
    },
  }),
};
const source = (path: string) => ({ read: () => Promise.reject(new Error("read by path")), location: () => path });

test("a .tflite without a cache runs through react-native-fast-tflite, opened by its path", async () => {
  const binding = createReactNativeBinding(async () => scriptedTflite);
  const native = await (await binding.open()).load(source("/models/tiny.tflite"));
  const layout = readLayout("tiny", native);
  if (layout.kind !== "plain") throw new Error("There is no cache.");
  const sequence = createPlainSequence({ native, layout, contextSize: 8, nextTask: binding.nextTask });
  const row = await sequence.forward(Int32Array.of(1, 2, 3), { logits: "last" });
  expect([...row]).toEqual([0, 0, 0, 0, 1]);
});

test("a model whose tensors are not known is refused by name", async () => {
  const library = await createReactNativeBinding(async () => scriptedTflite).open();
  await expect(library.load(source("/models/64.tflite"))).rejects.toMatchObject({ code: "unsupported-format", message: expect.stringContaining("int64") });
});

/** Stands in for native code: says what it was asked, word by word. */
function scriptedLlm(seen: unknown[]): NativeLlm {
  let history: string | undefined;
  return {
    loadModel: async (path, config) => void seen.push(["load", path.split("/").at(-1), config.temperature, config.numThreads]),
    resetConversation: (json, system) => {
      history = json;
      seen.push(["reset", json, system]);
    },
    async execute([part], onToken, options) {
      seen.push(["options", options]);
      const words = `${history ? "again " : ""}you said ${part?.text}`.split(" ");
      for (const word of words) onToken(`${word} `, false);
      onToken("", true);
      return words.join(" ");
    },
    countTokens: (text) => text.split(" ").length,
    getStats: () => ({ promptTokens: 7, completionTokens: 3 }),
    close: () => void seen.push("close"),
  };
}

const context = { ...nodeContext(), platform: { name: "react-native", os: "ios", architecture: "arm64" } as const };

test("a .litertlm answers through react-native-litert-lm: history, format and limit are given, the rest is warned of", async () => {
  const seen: unknown[] = [];
  const adapter = createReactNativeAdapter({ importLibrary: async () => ({ createLLM: () => scriptedLlm(seen) }), now: () => 0 });
  const model = await adapter.load(await tinyLiteRtLmModel(), context, { threads: 2, frameworkOptions: { temperature: 0 } });
  const { text, finish, start } = await collect(
    model.generate({
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hi" },
        { role: "user", content: "Bye" },
      ],
      maxTokens: 9,
      responseFormat: { type: "json", schema: { type: "object" } },
      sampling: { temperature: 1, frequencyPenalty: 1 },
      seed: 3,
    }),
  );
  expect(text.trim()).toBe("again you said Bye");
  expect(finish).toMatchObject({ reason: "stop", usage: { promptTokens: 7, completionTokens: 3 } });
  expect(start.warnings.map(({ setting }) => setting)).toEqual(["temperature", "seed"]);
  await expect(collect(model.generate({ prompt: "raw" }))).rejects.toMatchObject({ code: "unsupported-request" });
  await model.dispose();
  expect(seen).toEqual([
    ["load", "tenfold-tiny-f16.litertlm", 0, 2],
    ["reset", '[{"role":"user","content":"Hello"},{"role":"model","content":"Hi"}]', "Be short."],
    ["options", { maxOutputTokens: 9, responseSchema: '{"type":"object"}', frequencyPenalty: 1 }],
    "close",
  ]);
});

test("outside of React Native probe says why it does not run", async () => {
  for (const adapter of [liteRt(), liteRtLm()])
    expect(await adapter.probe(nodeContext())).toMatchObject({ available: false, reason: expect.any(String), remedy: expect.stringMatching(/\.$/) });
});
