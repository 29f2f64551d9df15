import { damagedCopy, tinyOnnxModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { joinBytes } from "@tenfold/catalog";
import { expect, test } from "vitest";
import { integerField, messageField, textField } from "../../convert/src/onnx/protobuf-writer.ts";
import { cast, type EditableGraph, editModel, renamed } from "../test/edit-graph.ts";
import { onnx } from "./node.ts";

const floats = 1;
const tensor = (name: string, shape: readonly (number | bigint)[], more: readonly Uint8Array[] = []) =>
  messageField(5, [...shape.map((length) => integerField(1, length)), integerField(2, floats), textField(8, name), ...more]);
const elsewhere = (location: string) => [messageField(13, [textField(1, "location"), textField(2, location)]), integerField(14, 1)];
const withTensor = (made: Uint8Array) => (graph: EditableGraph) => ({ ...graph, rest: [...graph.rest, made] });

/** Each is refused before ONNX Runtime sees it, and the words say where. */
const damages: Record<string, [(graph: EditableGraph) => EditableGraph, RegExp]> = {
  "data outside of its folder": [withTensor(tensor("w", [4], elsewhere("../../../etc/passwd"))), /"w" lies in "\.\.\/\.\.\/\.\.\/etc\/passwd"/],
  "data at an absolute path": [withTensor(tensor("w", [4], elsewhere("/etc/passwd"))), /"w" lies in "\/etc\/passwd"/],
  "data that is not there": [withTensor(tensor("w", [4], elsewhere("gone.bin"))), /"gone.bin", which is not there/],
  "absurd dimensions": [withTensor(tensor("w", [2n ** 40n, 2n ** 40n])), /"w"/],
  "negative dimensions": [withTensor(tensor("w", [-4n])), /"w"/],
  "fewer bytes than its shape needs": [withTensor(tensor("w", [4], [messageField(9, [integerField(1, 1)])])), /needs 16 bytes/],
  "a cycle": [(graph) => ({ ...graph, nodes: [...graph.nodes, cast("b", "a", floats), cast("a", "b", floats)] }), /cycle/],
  "a value that nothing makes": [
    (graph) => ({ ...graph, nodes: graph.nodes.map((node) => renamed(node, (name) => (name === "input_ids" ? "nobody" : name))) }),
    /"nobody"/,
  ],
  "a name that is made twice": [(graph) => ({ ...graph, nodes: [...graph.nodes, cast("input_ids", "logits", floats)] }), /made twice/],
};

test.each(Object.entries(damages))("a graph with %s is refused, saying so", async (_name, [edit, words]) => {
  const { model, remove } = await damagedCopy(await tinyOnnxModel("onnx"), (bytes) => editModel(bytes, edit));
  const loading = onnx().load(model, nodeContext(), { threads: 1, isolation: "none" });
  await expect(loading).rejects.toMatchObject({ code: "invalid-format", message: expect.stringMatching(words) });
  await remove();
});

test.each(["onnx", "ort"] as const)("%s that ends anywhere is refused", async (variant) => {
  const whole = await tinyOnnxModel(variant);
  for (const share of [0, 0.001, 0.1, 0.37, 0.5, 0.9, 0.99, 0.999_99]) {
    const { model, remove } = await damagedCopy(whole, (bytes) => bytes.slice(0, Math.floor(bytes.length * share)));
    const loading = onnx().load(model, nodeContext(), { threads: 1, isolation: "none" });
    await expect(loading, `${share} of it`).rejects.toMatchObject({ code: "invalid-format" });
    await remove();
  }
});

test("a weight that is no number ends the answer with an error", async () => {
  const { model, remove } = await damagedCopy(await tinyOnnxModel("onnx"), (bytes) =>
    editModel(bytes, ({ nodes, inputs, outputs, rest }) => ({
      nodes: [
        ...nodes.map((node) => renamed(node, (name) => (name === "logits" ? "logits_before" : name))),
        joinBytes([textField(1, "logits_before"), textField(1, "nan"), textField(2, "logits"), textField(4, "Add")]),
      ],
      inputs,
      outputs,
      rest: [...rest, tensor("nan", [], [joinBytes([Uint8Array.of(0x4a, 4), new Uint8Array(Float32Array.of(Number.NaN).buffer)])])],
    })),
  );
  const loaded = await onnx().load(model, nodeContext(), { threads: 1, isolation: "none" });
  const answer = async () => {
    for await (const _event of loaded.generate({ prompt: "Hello", maxTokens: 4 }));
  };
  await expect(answer()).rejects.toMatchObject({ code: "generation-failed" });
  await loaded.dispose();
  await remove();
});
