import { tinyExecutorchModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LogitsSequences } from "@tenfold/host";
import { expect, test } from "vitest";
import { createReactNativeBinding } from "./bindings/react-native.ts";
import type { ProgramDimension, ProgramSchema } from "./program-layout.ts";
import type { ProgramRuntime, ProgramTensor } from "./program-sequence.ts";
import { executorch } from "./react-native.ts";

const vocabularySize = 7;
const fixed = (value: number): ProgramDimension => ({ kind: "constant", value });
const upTo = (max: number): ProgramDimension => ({ kind: "range", range: { min: 1, max } });
const whole = (...shape: ProgramDimension[]) => ({ kind: "Tensor", dtype: "int64", shape });
const floats = (...shape: ProgramDimension[]) => ({ kind: "Tensor", dtype: "float32", shape });
const number = { inputs: [], outputs: [{ kind: "Int" }] };
const width = fixed(vocabularySize);

/** The ways that exporters shape a decoder, as react-native-executorch states them. */
const schemas: Record<string, ProgramSchema[string]> = {
  "the first position, logits of the last": { inputs: [whole(fixed(1), upTo(5)), whole(fixed(1))], outputs: [floats(fixed(1), width)] },
  "all positions, all logits": { inputs: [whole(fixed(1), upTo(5)), whole(upTo(5))], outputs: [floats(fixed(1), upTo(5), width)] },
  "one token at a time": { inputs: [whole(fixed(1), fixed(1)), whole(fixed(1))], outputs: [floats(fixed(1), fixed(1), width)] },
  "no cache": { inputs: [whole(fixed(1), upTo(16))], outputs: [floats(fixed(1), width)] },
  "no cache, padded": { inputs: [whole(fixed(1), fixed(16))], outputs: [floats(fixed(1), fixed(16), width)] },
};

interface ScriptedTensor extends ProgramTensor {
  values: number[];
  shape: number[];
}

/** Stands in for native code, which needs a phone: logits that depend on every token so far and its place. Checks what it is given as the package does. */
function scriptedRuntime(schema: ProgramSchema[string], memory = { tensors: 0, programs: 0 }): ProgramRuntime {
  return {
    tensor(_type, shape): ScriptedTensor {
      memory.tensors += 1;
      const tensor: ScriptedTensor = {
        shape,
        values: [],
        setData: (from) => {
          tensor.values = Array.from(from as ArrayLike<number | bigint>, Number);
        },
        getData: (to) => {
          to.set(tensor.values);
          return to;
        },
        dispose: () => {
          memory.tensors -= 1;
        },
      };
      return tensor;
    },
    loadModel() {
      memory.programs += 1;
      const cache: number[] = [];
      return {
        schema: { forward: schema, get_max_context_len: number },
        execute(method, inputs, outputs) {
          if (method === "get_max_context_len") return [16];
          const [tokens, positions] = inputs as ScriptedTensor[];
          const [output] = outputs as ScriptedTensor[];
          if (!tokens || !output) throw new Error("INVALID_ARGUMENT");
          for (const [index, { shape = [] }] of schema.inputs.entries()) {
            const given = (inputs[index] as ScriptedTensor).shape;
            const fits = shape.every((one, at) =>
              one.kind === "constant" ? given[at] === one.value : one.kind === "range" && (given[at] ?? 0) <= one.range.max,
            );
            if (!fits || given.length !== shape.length) throw new Error("SCHEMA_MISMATCH");
          }
          const rows = tokens.values.map((token, index) => {
            const place = positions ? (positions.values[index] ?? (positions.values[0] ?? 0) + index) : index;
            cache[place] = token;
            return Array.from({ length: vocabularySize }, (_, id) => cache.slice(0, place + 1).reduce((sum, one, at) => sum + one * (at + 1) * (id + 1), 0));
          });
          const given = output.shape.length === 3 && output.shape[1] === rows.length ? rows : rows.slice(-1);
          output.values = given.flat();
          return outputs;
        },
        dispose: () => {
          memory.programs -= 1;
        },
      };
    },
    wrapAsync:
      (work) =>
      async (...given) =>
        work(...given),
  };
}

async function load(runtime: ProgramRuntime, os = "ios", parallel = 1): Promise<LogitsSequences> {
  const model = await tinyExecutorchModel();
  const [program] = model.files;
  if (!program) throw new Error("The model has no files.");
  const context = { ...nodeContext(), platform: { name: "react-native", os, architecture: "arm64" } as const };
  const library = await createReactNativeBinding(async () => runtime).open(context);
  return library.load({ model, program, context, options: { threads: 1, parallel, frameworkOptions: { method: "forward" } } });
}

/** What the scripted decoder gives for all of some tokens. */
const expected = (tokens: readonly number[]) =>
  tokens.flatMap((_, place) =>
    Array.from({ length: vocabularySize }, (_, id) => tokens.slice(0, place + 1).reduce((sum, one, at) => sum + one * (at + 1) * (id + 1), 0)),
  );

test.each(Object.entries(schemas))("a decoder with %s is called as it wants", async (_name, schema) => {
  const memory = { tensors: 0, programs: 0 };
  const native = await load(scriptedRuntime(schema, memory), "ios", 2);
  const tokens = Int32Array.of(3, 1, 4, 1, 5, 2, 6);
  for (const one of native.sequences) {
    expect([one.vocabularySize, one.contextSize]).toEqual([vocabularySize, 16]);
    expect([...(await one.forward(tokens, { logits: "all" }))]).toEqual(expected([...tokens]));
    expect(await one.truncate(2)).toBe(2);
    expect(await one.forward(Int32Array.of(5, 5), { logits: "none" })).toHaveLength(0);
    expect([...(await one.forward(Int32Array.of(2, 2), { logits: "last" }))]).toEqual(expected([3, 1, 5, 5, 2, 2]).slice(-vocabularySize));
    await expect(one.forward(new Int32Array(11), { logits: "last" })).rejects.toMatchObject({ code: "context-overflow" });
    await expect(one.forward(tokens, { logits: "last", signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  }
  expect(memory).toEqual({ tensors: 0, programs: 2 });
  await native.dispose();
  expect(memory.programs).toBe(0);
});

test.each<[string, ProgramSchema[string], RegExp]>([
  ["three inputs", { inputs: [whole(fixed(1), upTo(5)), whole(fixed(1)), whole(fixed(1))], outputs: [floats(fixed(1), width)] }, /takes 3 inputs/],
  ["floats as tokens", { inputs: [floats(fixed(1), upTo(5))], outputs: [floats(fixed(1), width)] }, /does not take tokens/],
  ["no logits", { inputs: [whole(fixed(1), upTo(5))], outputs: [whole(fixed(1), width)] }, /does not give logits/],
  ["positions in a grid", { inputs: [whole(fixed(1), upTo(5)), whole(fixed(1), upTo(5))], outputs: [floats(fixed(1), width)] }, /does not take positions/],
  [
    "eight tokens at once, with a cache",
    { inputs: [whole(fixed(1), fixed(8)), whole(fixed(1))], outputs: [floats(fixed(1), width)] },
    /takes 8 tokens at once, no fewer/,
  ],
])("a program with %s is refused, and nothing of it stays", async (_name, schema, words) => {
  const memory = { tensors: 0, programs: 0 };
  await expect(load(scriptedRuntime(schema, memory))).rejects.toMatchObject({ code: "unsupported-format", message: expect.stringMatching(words) });
  expect(memory).toEqual({ tensors: 0, programs: 0 });
});

test("outside of React Native probe says why it does not run", async () => {
  expect(await executorch().probe(nodeContext())).toMatchObject({ available: false, reason: expect.any(String), remedy: expect.stringMatching(/\.$/) });
});
