import { type ConstraintMatcher, type createBreakers, createSampler } from "@tenfold/generation/loop";
import type { NativeSampling, NativeSequence, SampledToken } from "../binding.ts";
import type { CandidateRow, ReadCandidates } from "./candidates.ts";
import type { OpenWllama } from "./wllama.ts";

interface SequenceParts {
  call: OpenWllama["call"];
  readCandidates: ReadCandidates;
  vocabularySize: number;
  endTokens: ReadonlySet<number>;
  /** Tells, for strings, the tokens that a repetition does not reach across. */
  breakers: ReturnType<typeof createBreakers>;
}

/** Tokens that penalties look back at: any of them may fall out of the likeliest. */
const penaltyWindow = 64;
/** Equally likely tokens come in any order. */
const leastCandidates = 8;
/** How far down a constraint is looked for in the likeliest before all tokens are asked for. */
const constrainedCandidates = 256;
const reportedCandidates = 128;

/**
 * wllama's only sequence. The likeliest token is chosen in WebAssembly, others here, of the likeliest that WebAssembly gives: its own
 * sampler has one seed for each load, and grammars but no schemas.
 */
export function createSequence(parts: SequenceParts): NativeSequence {
  const { call } = parts;
  let held: number[] = [];
  let greedy: Promise<void> | undefined;

  async function likeliest(): Promise<number> {
    greedy ??= call((wllama) => wllama.samplingInit({ temp: 0 }));
    await greedy;
    return (await call((wllama) => wllama.samplingSample())).token;
  }

  async function compute(tokens: readonly number[], skipLogits: boolean): Promise<void> {
    try {
      await call((wllama) => wllama.decode([...tokens], { skipLogits }));
      held.push(...tokens);
    } catch (error) {
      // wllama has counted the tokens, computed or not.
      held = [];
      await call((wllama) => wllama.kvClear()).catch(() => {});
      throw error;
    }
  }

  async function clear(): Promise<void> {
    held = [];
    await call((wllama) => wllama.kvClear());
  }

  return {
    get tokens() {
      return held;
    },
    appendOnly: false,
    async keep(length) {
      const kept = held.slice(0, length);
      if (length === 0) return clear();
      try {
        await call((wllama) => wllama.kvRemove(length, -1));
        held = kept;
      } catch {
        // A recurrent model cannot go back: what is to be kept is computed again.
        await clear();
        await compute(kept, true);
      }
    },
    prefill: (tokens) => compute(tokens, true),
    async *generate(tokens, sampling) {
      const choose = createChooser(sampling, parts);
      const { temperature, penalties, dry, logitBias, probabilities } = sampling;
      const plain = temperature === 0 && !penalties && !dry && !logitBias && !probabilities;
      let next: readonly number[] = tokens;
      while (true) {
        await compute(next, false);
        const chosen = plain && sampling.grammar?.() === undefined ? { token: await likeliest() } : await choose();
        yield chosen;
        next = [chosen.token];
      }
    },
  };
}

/** Chooses one token after the other, of as few candidates as give the same as all. */
function createChooser(settings: NativeSampling, { readCandidates, vocabularySize, endTokens, breakers }: SequenceParts): () => Promise<SampledToken> {
  const { temperature, topK, topP, minP, seed, penalties, dry, xtc, logitBias, grammar, probabilities } = settings;
  const sampler = createSampler({
    vocabularySize,
    seed,
    sampling: {
      temperature,
      topK,
      topP,
      minP,
      repetitionPenalty: penalties?.repetition ?? 1,
      frequencyPenalty: penalties?.frequency ?? 0,
      presencePenalty: penalties?.presence ?? 0,
      ...(dry ? { dry } : {}),
      ...(xtc ? { xtc } : {}),
      ...(logitBias ? { logitBias } : {}),
    },
    ...(dry ? { isBreaker: breakers(dry.breakers) } : {}),
  });
  const biases = Object.values(logitBias ?? {});
  const raises =
    biases.some((bias) => bias > 0) || (penalties !== undefined && (penalties.repetition < 1 || penalties.frequency < 0 || penalties.presence < 0));
  const choices = temperature === 0 ? 1 : topK;
  const lowered = biases.length + (penalties ? penaltyWindow : 0);
  // What DRY lowers, nobody knows beforehand.
  const enough = choices === 0 || raises || dry ? undefined : Math.max(leastCandidates, choices + lowered);

  async function read(matcher: ConstraintMatcher | undefined): Promise<CandidateRow> {
    if (enough === undefined) return readCandidates();
    const row = await readCandidates(Math.max(enough, matcher ? constrainedCandidates : 0, probabilities ? reportedCandidates : 0));
    const mask = matcher?.mask();
    if (!mask) return row;
    const allowed = row.candidates.filter(({ token }) => ((mask[token >> 5] ?? 0) >>> (token & 31)) & 1).length;
    return allowed >= enough ? row : readCandidates();
  }

  return async () => {
    const matcher = grammar?.() as ConstraintMatcher | undefined;
    const { candidates, logits } = await read(matcher);
    const history = Int32Array.from(penalties || dry ? settings.history() : []);
    const token = sampler.sample(logits, history, history.length, matcher?.mask());
    if (!endTokens.has(token)) matcher?.accept(token);
    if (!probabilities) return { token };
    const told = candidates.slice(0, reportedCandidates);
    const own = told.some((one) => one.token === token) ? undefined : candidates.find((one) => one.token === token);
    return { token, probabilities: new Map([...told, ...(own ? [own] : [])].map((one) => [one.token, one.p])) };
  };
}
