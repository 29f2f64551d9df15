import { TenfoldError } from "@tenfold/catalog";
import type { LogitsModel } from "@tenfold/generation/loop";
import type { ProgramLayout, ProgramSchema } from "./program-layout.ts";

type Numbers = Float32Array | Int32Array | BigInt64Array;

/** A tensor in native memory, as far as it is used. */
export interface ProgramTensor {
  setData(from: Numbers): unknown;
  getData(to: Float32Array): Float32Array;
  dispose(): void;
}

/** A program that is loaded. */
export interface LoadedProgram {
  readonly schema: ProgramSchema;
  execute(method: string, inputs: (ProgramTensor | number | boolean | null)[], outputs: ProgramTensor[]): readonly unknown[];
  dispose(): void;
}

/** What is used of react-native-executorch. */
export interface ProgramRuntime {
  loadModel(path: string): LoadedProgram;
  tensor(type: "int64" | "int32" | "float32", shape: number[]): ProgramTensor;
  /** Runs a worklet on another thread. */
  wrapAsync<Arguments extends unknown[], Result>(work: (...given: Arguments) => Result): (...given: Arguments) => Promise<Result>;
}

export interface ProgramSequenceParts {
  runtime: ProgramRuntime;
  program: LoadedProgram;
  method: string;
  layout: ProgramLayout;
  contextSize: number;
}

/** One sequence of a decoder whose cache is inside of the program. */
export function createProgramSequence({ runtime, program, method, layout, contextSize }: ProgramSequenceParts): LogitsModel {
  const { vocabularySize, mostAtOnce, isStatic, givesAllRows, positions } = layout;
  const cached = positions !== "none";
  const execute = runtime.wrapAsync((name: string, inputs: ProgramTensor[], outputs: ProgramTensor[]) => {
    "worklet";
    program.execute(name, inputs, outputs);
  });
  /** All tokens, where there is no cache. */
  const history = new Int32Array(cached ? 0 : contextSize);
  let length = 0;

  /** @returns all rows that the pass gives. */
  async function pass(tokens: Int32Array, start: number): Promise<Float32Array> {
    const count = isStatic ? mostAtOnce : tokens.length;
    // What stands behind the last token is not looked at by those before it.
    const values = Array.from({ length: count }, (_, index) => tokens[index] ?? 0);
    const places = Array.from({ length: positions === "each" ? count : 1 }, (_, index) => start + index);
    const rows = givesAllRows ? count : 1;
    const inputs = [filled(layout.tokensType, [1, count], values), ...(cached ? [filled(layout.positionsType, [places.length], places)] : [])];
    const output = runtime.tensor("float32", layout.logitsDimensions === 3 ? [1, rows, vocabularySize] : [1, vocabularySize]);
    try {
      await execute(method, inputs, [output]);
      return output.getData(new Float32Array(rows * vocabularySize));
    } finally {
      for (const tensor of [...inputs, output]) tensor.dispose();
    }
  }

  function filled(type: "int64" | "int32", shape: number[], values: readonly number[]): ProgramTensor {
    const tensor = runtime.tensor(type, shape);
    tensor.setData(type === "int64" ? BigInt64Array.from(values, BigInt) : Int32Array.from(values));
    return tensor;
  }

  const row = (rows: Float32Array, index: number, count: number) => rows.slice(index * vocabularySize, (index + count) * vocabularySize);

  async function forward(tokens: Int32Array, wanted: "last" | "all" | "none", signal: AbortSignal | undefined): Promise<Float32Array> {
    if (length + tokens.length > contextSize) {
      throw new TenfoldError("context-overflow", `The context of ${contextSize} tokens is full.`, { framework: "executorch" });
    }
    // Where a pass gives one row, all rows take a pass for each token.
    const oneByOne = wanted === "all" && !givesAllRows;
    const collected: Float32Array[] = [];
    const end = length + tokens.length;
    if (!cached) {
      history.set(tokens, length);
      const from = length;
      for (let upTo = oneByOne ? from + 1 : end; wanted !== "none" && from < end && upTo <= end; upTo += 1) {
        signal?.throwIfAborted();
        const rows = await pass(history.subarray(0, upTo), 0);
        const count = wanted === "all" && !oneByOne ? tokens.length : 1;
        collected.push(givesAllRows ? row(rows, upTo - count, count) : rows);
      }
      length = end;
      return joined(collected);
    }
    const most = oneByOne ? 1 : mostAtOnce;
    for (let at = 0; at < tokens.length; at += most) {
      signal?.throwIfAborted();
      const piece = tokens.subarray(at, at + most);
      const rows = await pass(piece, length);
      length += piece.length;
      if (wanted === "all") collected.push(givesAllRows ? row(rows, 0, piece.length) : rows);
      else if (wanted === "last" && length === end) collected.push(givesAllRows ? row(rows, piece.length - 1, 1) : rows);
    }
    return joined(collected);
  }

  return {
    vocabularySize,
    contextSize,
    // A pass computes the logits of its tokens in any case.
    keepsLastLogits: true,
    forward: (tokens, { logits, signal }) => forward(tokens, logits, signal),
    async truncate(wanted) {
      length = Math.min(length, wanted);
      return length;
    },
    // The program goes with all of its sequences.
    async dispose() {},
  };
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  if (pieces.length === 1) return pieces[0] as Float32Array;
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    all.set(piece, end);
    end += piece.length;
  }
  return all;
}
