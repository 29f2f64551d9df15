import { type FlatValue, flatbufferFile, list, numbers, scalar, table, text } from "./flatbuffer-file.ts";

export const tensor = (name: string, shape: number[], buffer = 0, type = 0, more: Record<number, FlatValue> = {}): FlatValue =>
  table({ 0: numbers(4, shape), 1: scalar(1, type), 2: scalar(4, buffer), 3: text(name), ...more });
export const operator = (inputs: number[], outputs: number[], kind = 0, more: Record<number, FlatValue> = {}): FlatValue =>
  table({ 0: scalar(4, kind), 1: numbers(4, inputs), 2: numbers(4, outputs), ...more });
export const entry = (name: string, index: number): FlatValue => table({ 0: text(name), 1: scalar(4, index) });

export interface TfliteParts {
  version?: number;
  tensors?: FlatValue[];
  operators?: FlatValue[];
  inputs?: number[];
  buffers?: FlatValue[];
  signature?: FlatValue;
  more?: Record<number, FlatValue>;
  identifier?: string;
}

/** A model that adds a constant to its input, with one signature, or with parts of it replaced. */
export function tfliteFile(parts: TfliteParts = {}): Uint8Array {
  const {
    version = 3,
    tensors = [tensor("x", [1, 4]), tensor("w", [4], 1), tensor("y", [1, 4])],
    operators = [operator([0, 1], [2])],
    inputs = [0],
    buffers = [table({}), table({ 0: numbers(1, new Array<number>(16).fill(0)) })],
    signature = table({ 0: list(entry("kv_cache_k_0", 0)), 1: list(entry("logits", 2)), 2: text("decode"), 4: scalar(4, 0) }),
    more = {},
    identifier = "TFL3",
  } = parts;
  const subgraph = table({ 0: list(...tensors), 1: numbers(4, inputs), 2: numbers(4, [2]), 3: list(...operators), 4: text("main") });
  const model = table({
    0: scalar(4, version),
    1: list(table({ 0: scalar(1, 0), 3: scalar(4, 0) })),
    2: list(subgraph),
    3: text("made by hand"),
    4: list(...buffers),
    6: list(entry("min_runtime_version", 0)),
    7: list(signature),
    ...more,
  });
  return flatbufferFile(model, identifier);
}
