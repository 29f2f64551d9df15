import { TenfoldError } from "@tenfold/catalog";
import { toBase64 } from "@tenfold/tokenizers";
import type { CompletionParams, LlamaContext, TokenData } from "llama.rn";
import type { NativeImage, NativeSampling, NativeSequence, SampledToken } from "../binding.ts";

interface SequenceParts {
  context: Pick<LlamaContext, "completion" | "stopCompletion" | "clearCache">;
  textOf(tokens: readonly number[]): string;
  endToken: number;
}

/** A token that is known by its text alone. */
const unnamed = -1;

/** llama.rn's sequence: it takes a whole prompt as text and answers to its end, keeping the beginning that two prompts share by itself. */
export function createSequence({ context, textOf, endToken }: SequenceParts): NativeSequence {
  let held: number[] = [];
  return {
    get tokens() {
      return held;
    },
    appendOnly: false,
    async keep(length) {
      held = held.slice(0, length);
      if (length === 0) await context.clearCache();
    },
    async prefill(tokens) {
      // Computed with the rest of the prompt.
      held.push(...tokens);
    },
    async *generate(tokens, sampling, images = []): AsyncGenerator<SampledToken, void> {
      held.push(...tokens);
      const arrived: TokenData[] = [];
      let wake = () => {};
      const state: { over: boolean; failure?: unknown; ended: boolean; said: boolean } = { over: false, ended: false, said: false };
      const running = context
        .completion({ ...paramsOf(sampling), prompt: textOf(held), ...(images.length > 0 ? { media_paths: images.map(addressOf) } : {}) }, (data) => {
          arrived.push(data);
          state.said = true;
          wake();
        })
        .then(
          (result) => {
            state.ended = result.stopped_eos;
            // How many tokens an image takes is known to llama.rn alone.
            if (result.context_full && images.length > 0 && !state.said) state.failure = imagesOverflow();
          },
          (error: unknown) => {
            state.failure = error;
          },
        )
        .then(() => {
          state.over = true;
          wake();
        });
      try {
        for (;;) {
          const next = arrived.shift();
          if (next) yield { token: unnamed, text: next.token };
          else if (state.over) break;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
        if (state.failure !== undefined)
          throw TenfoldError.from(state.failure, "generation-failed", "llama.rn failed while answering", { framework: "llama.cpp" });
        if (state.ended) yield { token: endToken };
      } finally {
        if (!state.over) await context.stopCompletion();
        await running;
      }
    },
  };
}

/** llama.rn decodes such addresses itself, so that no file has to be written. */
const addressOf = ({ bytes, mediaType }: NativeImage) => `data:${mediaType};base64,${toBase64(bytes)}`;

function imagesOverflow(): TenfoldError {
  return new TenfoldError("context-overflow", "The images and the text take more tokens than the context has.", {
    framework: "llama.cpp",
    remedy: "Send fewer or smaller images, or load the model with a larger contextSize.",
  });
}

function paramsOf(sampling: NativeSampling): CompletionParams {
  const { temperature, topK, topP, minP, seed, penalties, dry, xtc, logitBias, grammar } = sampling;
  const schema = grammar?.();
  return {
    temperature,
    top_k: topK,
    top_p: topP,
    min_p: minP,
    // A 32-bit number with a sign, where -1 stands for any.
    seed: seed % 0x7fffffff,
    n_predict: -1,
    jinja: false,
    ...(penalties ? { penalty_repeat: penalties.repetition, penalty_freq: penalties.frequency, penalty_present: penalties.presence } : {}),
    ...(dry
      ? {
          dry_multiplier: dry.multiplier,
          ...(dry.base === undefined ? {} : { dry_base: dry.base }),
          ...(dry.allowedLength === undefined ? {} : { dry_allowed_length: dry.allowedLength }),
          ...(dry.window === undefined ? {} : { dry_penalty_last_n: dry.window }),
          ...(dry.breakers === undefined ? {} : { dry_sequence_breakers: [...dry.breakers] }),
        }
      : {}),
    ...(xtc ? { xtc_probability: xtc.probability, xtc_threshold: xtc.threshold } : {}),
    ...(logitBias ? { logit_bias: Object.entries(logitBias).map(([token, bias]) => [Number(token), Math.max(bias, -1000)]) } : {}),
    ...(schema ? { json_schema: JSON.stringify(schema) } : {}),
  };
}
