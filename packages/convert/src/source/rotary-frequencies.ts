import type { Gguf } from "@tenfold/core/gguf";
import { type LlamaShape, unsupported } from "./llama-shape.ts";

/** How positions turn the pairs of a head. */
export interface Rotary {
  /** The angle of position 1, for each pair: `headLength / 2` numbers in 32 bits. */
  readonly frequencies: Float32Array;
  /** What sine and cosine are multiplied by. */
  readonly amplitude: number;
  /** As config.json of transformers has it; undefined where nothing is scaled. */
  readonly scaling?: Readonly<Record<string, unknown>>;
}

/**
 * The frequencies that a file means, as llama.cpp computes them: plain, linear, YaRN, or with a factor for each (`rope_freqs.weight`).
 * @param factors the values of that tensor.
 * @throws TenfoldError `unsupported-format` for any other scaling.
 */
export function rotaryFrequencies(gguf: Gguf, { headLength, ropeBase, contextLength }: LlamaShape, factors?: Float32Array): Rotary {
  const prefix = `${gguf.string("general.architecture")}.rope`;
  const plain = Float32Array.from({ length: headLength / 2 }, (_, pair) => 1 / Math.fround(ropeBase ** Math.fround((2 * pair) / headLength)));
  const factor = gguf.number(`${prefix}.scaling.factor`) ?? gguf.number(`${prefix}.scale_linear`) ?? 1;
  const kind = gguf.string(`${prefix}.scaling.type`) ?? (factor === 1 ? "none" : "linear");
  const attention = gguf.number(`${prefix}.scaling.attn_factor`) ?? 1;
  if (factors && factors.length !== plain.length) throw unsupported(`rope_freqs.weight has ${factors.length} values for ${plain.length} pairs`);
  if (factors && kind !== "none") throw unsupported(`it scales rotations both by factors and by ${JSON.stringify(kind)}`);
  if (factors) return { frequencies: plain.map((frequency, pair) => frequency / (factors[pair] as number)), amplitude: attention, ...llama3(plain, factors) };
  if (kind === "none") return { frequencies: plain, amplitude: attention };
  if (kind === "linear") return { frequencies: plain.map((frequency) => frequency / factor), amplitude: attention, scaling: { rope_type: "linear", factor } };
  if (kind !== "yarn") throw unsupported(`it scales rotations by ${JSON.stringify(kind)}`);
  if ((gguf.number(`${prefix}.scaling.yarn_log_multiplier`) ?? 0) !== 0) throw unsupported("it has a YaRN multiplier of its own");
  const trained = gguf.number(`${prefix}.scaling.original_context_length`) ?? contextLength;
  const fast = gguf.number(`${prefix}.scaling.yarn_beta_fast`) ?? 32;
  const slow = gguf.number(`${prefix}.scaling.yarn_beta_slow`) ?? 1;
  // The pair that turns so many times within the context of the training: Peng et al., "YaRN", 2023, section 3.2.
  const pairOf = (turns: number) => (headLength * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(ropeBase));
  const first = Math.max(0, Math.floor(pairOf(fast)));
  const last = Math.min(headLength - 1, Math.ceil(pairOf(slow)));
  const frequencies = plain.map((frequency, pair) => {
    const kept = 1 - Math.min(1, Math.max(0, (pair - first) / Math.max(0.001, last - first)));
    return (frequency / factor) * (1 - kept) + frequency * kept;
  });
  const amplitude = attention * (1 + 0.1 * Math.log(factor));
  const scaling = {
    rope_type: "yarn",
    factor,
    original_max_position_embeddings: trained,
    beta_fast: fast,
    beta_slow: slow,
    ...(attention === 1 ? {} : { attention_factor: amplitude }),
  };
  return { frequencies, amplitude, scaling };
}

/** Llama 3 has four numbers, of which llama.cpp keeps the outcome: these are the published ones, where they give just that outcome. */
function llama3(plain: Float32Array, factors: Float32Array): Pick<Rotary, "scaling"> {
  for (const factor of [8, 32, 4, 16]) {
    const [low, high, trained] = [1, 4, 8192];
    const fits = plain.every((frequency, pair) => {
      const turns = (trained * frequency) / (2 * Math.PI);
      const smooth = (turns - low) / (high - low);
      const expected = turns < low ? factor : turns > high ? 1 : 1 / ((1 - smooth) / factor + smooth);
      return Math.abs((factors[pair] as number) - expected) <= 1e-5 * expected;
    });
    if (fits) return { scaling: { rope_type: "llama3", factor, low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: trained } };
  }
  return {};
}
