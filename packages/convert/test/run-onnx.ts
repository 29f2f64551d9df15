import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** A converted model in ONNX Runtime, as little as it takes to decode greedily. */
export interface OnnxRun {
  readonly inputNames: readonly string[];
  /** Tokens until `end` or `most`; the end token included. */
  greedy(prompt: readonly number[], most: number, end?: readonly number[]): Promise<number[]>;
  /** Logits of every position: positions × vocabulary. */
  logits(tokens: readonly number[]): Promise<{ data: Float32Array; vocabularySize: number }>;
  release(): Promise<void>;
}

export async function runOnnx(folder: string): Promise<OnnxRun> {
  const session = await InferenceSession.create(join(folder, "model.onnx"), { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  const caches = session.inputNames.filter((name) => name.startsWith("past_key_values."));
  const shapeOf = (name: string) => {
    const found = session.inputMetadata.find((input) => input.name === name);
    return found?.isTensor ? found.shape : [];
  };
  const empty = () =>
    Object.fromEntries(caches.map((name) => [name, new Tensor("float32", new Float32Array(0), [1, Number(shapeOf(name)[1]), 0, Number(shapeOf(name)[3])])]));

  async function step(tokens: readonly number[], past: Record<string, Tensor>, length: number) {
    const results = await session.run({
      input_ids: new Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      attention_mask: new Tensor("int64", new BigInt64Array(length).fill(1n), [1, length]),
      ...past,
    });
    const { logits, ...present } = results as Record<string, Tensor> & { logits: Tensor };
    const vocabularySize = logits.dims[2] as number;
    const kept = Object.fromEntries(Object.entries(present).map(([name, tensor]) => [name.replace("present", "past_key_values"), tensor]));
    return { data: logits.data as Float32Array, vocabularySize, past: kept };
  }

  return {
    inputNames: session.inputNames,
    async greedy(prompt, most, end = []) {
      const answer: number[] = [];
      let [next, past, length]: [readonly number[], Record<string, Tensor>, number] = [prompt, empty(), 0];
      while (answer.length < most) {
        length += next.length;
        const result = await step(next, past, length);
        const token = likeliest(result.data.subarray(-result.vocabularySize));
        answer.push(token);
        if (end.includes(token)) break;
        [next, past] = [[token], result.past];
      }
      return answer;
    },
    logits: (tokens) => step(tokens, empty(), tokens.length),
    release: () => session.release(),
  };
}

export function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token += 1) if ((logits[token] as number) > (logits[best] as number)) best = token;
  return best;
}
