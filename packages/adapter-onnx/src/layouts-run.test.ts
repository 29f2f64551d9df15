import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, messagesOf } from "@tenfold/adapter-testkit";
import { damagedCopy, tinyOnnxModel, tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { InstalledModel } from "@tenfold/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { convertTiny, installedFromFolder } from "../test/convert-tiny.ts";
import { bool, cast, type EditableGraph, editModel, either, float16, nothing, outputNames, renamed } from "../test/edit-graph.ts";
import { writeEncoder } from "../test/write-encoder.ts";
import { onnx } from "./node.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-layouts-"));
});
afterEach(() => rm(folder, { recursive: true }));

const isPast = ({ name }: { name: string }) => name.startsWith("past");
const isPresent = ({ name }: { name: string }) => name.startsWith("present");
const inFloats = (name: string) => (/^(?:past|present|logits)/.test(name) ? `${name}_f32` : name);

/** The same model in other layouts. */
const layouts: Record<string, (graph: EditableGraph) => EditableGraph> = {
  "with caches of half floats": ({ nodes, inputs, outputs, rest }) => ({
    nodes: [
      ...inputs.filter(isPast).map(({ name }) => cast(name, inFloats(name), 1)),
      ...nodes.map((node) => renamed(node, (name) => (name.startsWith("logits") ? name : inFloats(name)))),
      ...outputs.filter(isPresent).map(({ name }) => cast(inFloats(name), name, float16)),
    ],
    inputs: inputs.map((value) => (isPast(value) ? { ...value, type: float16 } : value)),
    outputs: outputs.map((value) => (isPresent(value) ? { ...value, type: float16 } : value)),
    rest,
  }),
  "with logits of half floats": ({ nodes, inputs, outputs, rest }) => ({
    nodes: [...nodes.map((node) => renamed(node, (name) => (name === "logits" ? "logits_f32" : name))), cast("logits_f32", "logits", float16)],
    inputs,
    outputs: outputs.map((value) => (value.name === "logits" ? { ...value, type: float16 } : value)),
    rest,
  }),
  "with merged branches": ({ nodes, inputs, outputs, rest }) => {
    const made = new Set(nodes.flatMap(outputNames));
    const branch = (letter: string): EditableGraph => {
      const inBranch = (name: string) => (made.has(name) ? `${letter}_${name}` : name);
      return {
        nodes: nodes.map((node) => renamed(node, inBranch)),
        inputs: [],
        outputs: outputs.map((value) => ({ ...value, name: inBranch(value.name) })),
        rest: [],
      };
    };
    const names = outputs.map(({ name }) => name);
    return {
      nodes: [either("use_cache_branch", { then_branch: branch("a"), else_branch: branch("b") }, names)],
      inputs: [...inputs, { name: "use_cache_branch", type: bool, shape: [1] }],
      outputs,
      rest,
    };
  },
  "without a cache": ({ nodes, inputs, outputs, rest }) => ({
    nodes,
    inputs: inputs.filter((value) => !isPast(value)),
    outputs: outputs.filter((value) => !isPresent(value)),
    rest: [...rest, ...inputs.filter(isPast).map(({ name, shape }) => nothing(name, [1, Number(shape[1]), 0, Number(shape[3])]))],
  }),
};

async function answersAsTheReferenceDoes(model: InstalledModel, through: "native" | "javascript" = "native"): Promise<void> {
  const loaded = await onnx({ through }).load(model, nodeContext(), { threads: 1, isolation: "none" });
  const { prompts } = await tinyReference();
  for (const prompt of prompts.filter(({ behaviour }) => behaviour === "sum" || behaviour === "memory")) {
    const answer = await collect(loaded.generate({ messages: messagesOf(prompt), maxTokens: prompt.maxTokens, sampling: { temperature: 0 } }));
    expect(answer.text).toBe(prompt.outputText);
  }
  await loaded.dispose();
}

describe.each(["native", "javascript"] as const)("the tiny model (%s)", (through) => {
  test.each(Object.entries(layouts))("%s answers as the reference does", async (_name, edit) => {
    const { model, remove } = await damagedCopy(await tinyOnnxModel("onnx"), (bytes) => editModel(bytes, edit));
    await answersAsTheReferenceDoes(model, through);
    await remove();
  });
});

test("weights in another file are found there, quantized ones among them", async () => {
  for (const variant of ["f32", "q8_0", "q4_1"] as const) {
    await convertTiny(variant, folder, variant, { accuracyLevel: 0 });
    const model = await installedFromFolder(join(folder, variant));
    expect(model.files.map(({ path }) => path)).toContain("model.onnx_data");
    const loaded = await onnx().load(model, nodeContext(), { threads: 1, isolation: "none" });
    const answer = await collect(loaded.generate({ messages: [{ role: "user", content: "What is 17 + 15?" }], sampling: { temperature: 0 } }));
    expect(answer.text).toBe("17 + 15 = 32.");
    const weights = model.files.filter(({ path }) => path.startsWith("model.onnx"));
    expect(loaded.memory().weightsBytes).toBe(weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    await loaded.dispose();
  }
});

describe("a graph that embeds", () => {
  const text = "What is 17 + 15?";
  const cases = [
    [
      "the mean by default",
      "last_hidden_state",
      undefined,
      {},
      (rows: number[][]) => rows[0]?.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length),
    ],
    ["the first where its files say so", "last_hidden_state", { pooling_mode_cls_token: true }, {}, (rows: number[][]) => rows[0]],
    ["the last where its files say so", "last_hidden_state", { pooling_mode_lasttoken: true }, {}, (rows: number[][]) => rows.at(-1)],
    [
      "what is asked for, whatever its files say",
      "last_hidden_state",
      { pooling_mode_cls_token: true },
      { pooling: "last" },
      (rows: number[][]) => rows.at(-1),
    ],
    [
      "what it has pooled itself",
      "sentence_embedding",
      { pooling_mode_cls_token: true },
      {},
      (rows: number[][]) => rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at] ?? 0))),
    ],
  ] as const;
  test.each(cases)("gives %s", async (_name, output, pooling, frameworkOptions, expected) => {
    const table = await writeEncoder(folder, output);
    for (const { path, location } of (await tinyOnnxModel("onnx")).files)
      if (path.startsWith("tokenizer")) await copyFile(location?.() ?? "", join(folder, path));
    if (pooling) await writeFile(join(folder, "pooling.json"), JSON.stringify(pooling));
    const installed = await installedFromFolder(folder);
    const model = { ...installed, files: installed.files.map((file) => (file.path === "pooling.json" ? { ...file, path: "1_Pooling/config.json" } : file)) };
    const loaded = await onnx().load(model, nodeContext(), { threads: 1, isolation: "none", frameworkOptions });
    const tokens = [...((await loaded.tokenizer?.encode(text)) ?? [])];
    const wanted = expected(tokens.map(table)) ?? [];
    const [plain] = (await loaded.embed?.([text], { normalize: false })) ?? [];
    const [normal] = (await loaded.embed?.([text])) ?? [];
    for (const [at, value] of wanted.entries()) {
      expect(plain?.[at]).toBeCloseTo(value, 5);
      expect(normal?.[at]).toBeCloseTo(value / Math.hypot(...wanted), 5);
    }
    await loaded.dispose();
  });
});
