import type { LogitsModel } from "../src/loop/logits-model.ts";

export interface LlamaConfig {
  vocab_size: number;
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  head_dim: number;
  max_position_embeddings: number;
  rope_theta: number;
  rms_norm_eps: number;
}

export interface LlamaOptions {
  contextSize?: number;
  /** "none" stands for a framework whose cache can only be emptied. */
  cutsBack?: "anywhere" | "none";
  /** Called before each forward pass. */
  onForward?: (tokens: Int32Array, logits: "last" | "all" | "none") => void | Promise<void>;
}

/** Llama with grouped queries and rotary positions, computed in TypeScript in 32-bit floats, wherever TypeScript runs. */
export function createLlama(
  config: LlamaConfig,
  safetensors: Uint8Array,
  { contextSize = 512, cutsBack = "anywhere", onForward }: LlamaOptions = {},
): LogitsModel {
  const weights = readSafetensors(safetensors);
  const weight = (name: string): Float32Array => {
    const found = weights.get(name);
    if (!found) throw new Error(`The model has no ${name}.`);
    return found;
  };
  const { hidden_size: width, head_dim: headSize, num_attention_heads: heads, num_key_value_heads: keyHeads, rms_norm_eps: epsilon } = config;
  const layers = Array.from({ length: config.num_hidden_layers }, (_, index) => {
    const of = (name: string) => weight(`model.layers.${index}.${name}.weight`);
    return {
      inputNorm: of("input_layernorm"),
      query: of("self_attn.q_proj"),
      key: of("self_attn.k_proj"),
      value: of("self_attn.v_proj"),
      output: of("self_attn.o_proj"),
      postNorm: of("post_attention_layernorm"),
      gate: of("mlp.gate_proj"),
      up: of("mlp.up_proj"),
      down: of("mlp.down_proj"),
      keys: new Float32Array(contextSize * keyHeads * headSize),
      values: new Float32Array(contextSize * keyHeads * headSize),
    };
  });
  const embeddings = weight("model.embed_tokens.weight");
  const lastNorm = weight("model.norm.weight");
  const attended = new Float32Array(heads * headSize);
  const scores = new Float64Array(contextSize);
  let length = 0;

  /** The hidden state after the last layer for a token at the end of the cache. */
  function compute(token: number): Float32Array {
    const position = length;
    const state = embeddings.slice(token * width, (token + 1) * width);
    for (const layer of layers) {
      const input = normalized(state, layer.inputNorm, epsilon);
      const query = rotated(product(layer.query, input), position);
      layer.keys.set(rotated(product(layer.key, input), position), position * keyHeads * headSize);
      layer.values.set(product(layer.value, input), position * keyHeads * headSize);
      for (let head = 0; head < heads; head += 1) attend(layer, query, head, position);
      add(state, product(layer.output, attended));
      const middle = normalized(state, layer.postNorm, epsilon);
      const gate = product(layer.gate, middle);
      const up = product(layer.up, middle);
      for (let index = 0; index < gate.length; index += 1) {
        const x = gate[index] ?? 0;
        gate[index] = (x / (1 + Math.exp(-x))) * (up[index] ?? 0);
      }
      add(state, product(layer.down, gate));
    }
    length += 1;
    return state;
  }

  function attend(layer: { keys: Float32Array; values: Float32Array }, query: Float32Array, head: number, position: number): void {
    const from = head * headSize;
    const shared = Math.floor(head / (heads / keyHeads)) * headSize;
    let most = Number.NEGATIVE_INFINITY;
    for (let past = 0; past <= position; past += 1) {
      let score = 0;
      const at = past * keyHeads * headSize + shared;
      for (let index = 0; index < headSize; index += 1) score += (query[from + index] ?? 0) * (layer.keys[at + index] ?? 0);
      scores[past] = score / Math.sqrt(headSize);
      most = Math.max(most, scores[past] ?? 0);
    }
    let sum = 0;
    for (let past = 0; past <= position; past += 1) {
      scores[past] = Math.exp((scores[past] ?? 0) - most);
      sum += scores[past] ?? 0;
    }
    attended.fill(0, from, from + headSize);
    for (let past = 0; past <= position; past += 1) {
      const share = (scores[past] ?? 0) / sum;
      const at = past * keyHeads * headSize + shared;
      for (let index = 0; index < headSize; index += 1) attended[from + index] = (attended[from + index] ?? 0) + share * (layer.values[at + index] ?? 0);
    }
  }

  function rotated(vector: Float32Array, position: number): Float32Array {
    const half = headSize / 2;
    for (let from = 0; from < vector.length; from += headSize) {
      for (let index = 0; index < half; index += 1) {
        const angle = position / config.rope_theta ** ((2 * index) / headSize);
        const one = vector[from + index] ?? 0;
        const other = vector[from + half + index] ?? 0;
        vector[from + index] = one * Math.cos(angle) - other * Math.sin(angle);
        vector[from + half + index] = other * Math.cos(angle) + one * Math.sin(angle);
      }
    }
    return vector;
  }

  return {
    vocabularySize: config.vocab_size,
    contextSize,
    async forward(tokens, { logits, signal }) {
      await onForward?.(tokens, logits);
      signal?.throwIfAborted();
      if (length + tokens.length > contextSize) throw new Error("The cache is full.");
      const states = Array.from(tokens, compute);
      const wanted = logits === "none" ? [] : logits === "last" ? states.slice(-1) : states;
      const result = new Float32Array(wanted.length * config.vocab_size);
      for (const [index, state] of wanted.entries()) result.set(product(embeddings, normalized(state, lastNorm, epsilon)), index * config.vocab_size);
      return result;
    },
    async truncate(wanted) {
      if (wanted < length) length = cutsBack === "none" ? 0 : wanted;
      return length;
    },
    async dispose() {},
  };
}

/** Four sums at a time, which the engine can compute side by side; all widths here are multiples of four. */
function product(matrix: Float32Array, vector: Float32Array): Float32Array {
  const width = vector.length;
  const result = new Float32Array(matrix.length / width);
  for (let row = 0; row < result.length; row += 1) {
    let [a, b, c, d] = [0, 0, 0, 0];
    const from = row * width;
    for (let index = 0; index < width; index += 4) {
      a += (matrix[from + index] as number) * (vector[index] as number);
      b += (matrix[from + index + 1] as number) * (vector[index + 1] as number);
      c += (matrix[from + index + 2] as number) * (vector[index + 2] as number);
      d += (matrix[from + index + 3] as number) * (vector[index + 3] as number);
    }
    result[row] = a + b + (c + d);
  }
  return result;
}

function normalized(vector: Float32Array, scale: Float32Array, epsilon: number): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = 1 / Math.sqrt(squares / vector.length + epsilon);
  return vector.map((value, index) => value * factor * (scale[index] ?? 0));
}

function add(to: Float32Array, values: Float32Array): void {
  for (let index = 0; index < to.length; index += 1) to[index] = (to[index] ?? 0) + (values[index] ?? 0);
}

function readSafetensors(file: Uint8Array): Map<string, Float32Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength))) as Record<string, { dtype?: string; data_offsets: [number, number] }>;
  const tensors = new Map<string, Float32Array>();
  for (const [name, { dtype, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F16") throw new Error(`${name} is ${dtype}, expected F16.`);
    const [start, end] = offsets;
    tensors.set(
      name,
      Float32Array.from({ length: (end - start) / 2 }, (_, index) => halfFloat(view.getUint16(8 + headerLength + start + index * 2, true))),
    );
  }
  return tensors;
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
