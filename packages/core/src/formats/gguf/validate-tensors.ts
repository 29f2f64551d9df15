import type { Gguf, GgufTensor } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";
import type { Hyperparameters } from "./validate-architecture.ts";

/** Architectures whose layers are those of Llama: separate q, k, v and output projections and a gated feed-forward network. */
const llamaLike = new Set(["llama", "mistral3", "qwen2", "qwen3", "smollm3", "gemma", "gemma2", "gemma3", "granite", "minicpm"]);

/** Checks that the tensors a loader will look for are there in shapes that agree with the metadata. */
export function validateTensors(gguf: Gguf, parameters: Hyperparameters, vocabularySize: number | undefined): void {
  const tensors = new Map(gguf.tensors.map((tensor) => [tensor.name, tensor]));
  const expect = (name: string, shape: readonly number[]) => expectTensor(tensors, name, shape);
  const { embeddingLength } = parameters;
  const embedding = tensors.get("token_embd.weight");
  if (embedding && vocabularySize !== undefined) checkShape(embedding, [embeddingLength, vocabularySize]);
  if (!llamaLike.has(parameters.architecture)) return;

  expect("token_embd.weight", [embeddingLength, vocabularySize ?? embedding?.shape[1] ?? 0]);
  expect("output_norm.weight", [embeddingLength]);
  const { headCount, headCountKv } = parameters;
  for (let layer = 0; layer < parameters.layerCount; layer += 1) {
    const name = (part: string) => `blk.${layer}.${part}.weight`;
    expect(name("attn_norm"), [embeddingLength]);
    // Fused projections replace the three, and layers of different width have no one shape.
    if (headCount !== undefined && headCountKv !== undefined && !tensors.has(name("attn_qkv"))) {
      const keyLength = parameters.keyLength ?? embeddingLength / headCount;
      const valueLength = parameters.valueLength ?? keyLength;
      expect(name("attn_q"), [embeddingLength, headCount * keyLength]);
      expect(name("attn_k"), [embeddingLength, headCountKv * keyLength]);
      expect(name("attn_v"), [embeddingLength, headCountKv * valueLength]);
      expect(name("attn_output"), [headCount * valueLength, embeddingLength]);
    }
    if (parameters.expertCount === 0 && parameters.feedForwardLength) {
      expect(name("ffn_gate"), [embeddingLength, parameters.feedForwardLength]);
      expect(name("ffn_up"), [embeddingLength, parameters.feedForwardLength]);
      expect(name("ffn_down"), [parameters.feedForwardLength, embeddingLength]);
    }
  }
}

function expectTensor(tensors: ReadonlyMap<string, GgufTensor>, name: string, shape: readonly number[]): void {
  const tensor = tensors.get(name);
  if (!tensor) throw invalidGguf(`the tensor ${shown(name)} is missing`, { tensor: name });
  checkShape(tensor, shape);
}

function checkShape(tensor: GgufTensor, expected: readonly number[]): void {
  const trimmed = tensor.shape.filter((length, dimension) => length !== 1 || dimension < expected.length);
  if (trimmed.length !== expected.length || trimmed.some((length, dimension) => length !== expected[dimension])) {
    throw invalidGguf(`the tensor ${shown(tensor.name)} has the shape ${tensor.shape.join(" × ")}, expected ${expected.join(" × ")}`, { tensor: tensor.name });
  }
}
