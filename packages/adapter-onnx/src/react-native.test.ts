import { collect } from "@tenfold/adapter-testkit";
import { tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import * as runtime from "onnxruntime-node";
import { expect, expectTypeOf, test } from "vitest";
import { createAdapter } from "./adapter.ts";
import { createReactNativeBinding, type ReactNativeRuntime } from "./bindings/react-native.ts";
import { onnx } from "./react-native.ts";

const adapter = createAdapter({
  // onnxruntime-node has the same interface; the package for React Native needs a phone.
  binding: createReactNativeBinding(async () => runtime),
  now: () => performance.now(),
  random: Math.random,
  machine: () => ({ usableCores: 1, busy: 0 }),
});

test("onnxruntime-react-native has what is used of it", () => {
  expectTypeOf<typeof import("onnxruntime-react-native")>().toExtend<ReactNativeRuntime>();
});

test.each(["onnx", "onnx-gqa", "ort"] as const)("the binding for React Native loads from a path and answers (%s)", async (variant) => {
  expect(await adapter.probe(nodeContext())).toMatchObject({ available: true, accelerators: ["cpu"], notes: [expect.stringContaining("with cpu")] });
  const model = await adapter.load(await tinyOnnxModel(variant), nodeContext(), {});
  const answer = await collect(model.generate({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } }));
  expect(answer.text).toBe("17 + 15 = 32.");
  await model.dispose();
});

test("outside of React Native probe says why it does not run", async () => {
  expect(await onnx().probe(nodeContext())).toMatchObject({ available: false, reason: expect.any(String), remedy: expect.stringMatching(/\.$/) });
});
