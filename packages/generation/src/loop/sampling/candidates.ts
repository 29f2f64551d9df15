/** Tokens that are still in the running. The arrays are as long as the vocabulary and used again for each token. */
export interface Candidates {
  readonly tokens: Int32Array;
  /** Logits; after `weigh`, their order is the same. */
  readonly logits: Float32Array;
  /** Proportional to probabilities, 1 for the likeliest. */
  readonly weights: Float64Array;
  count: number;
  /** True when they are ordered: likeliest first, and of the equally likely the smallest token first. */
  sorted: boolean;
}

/** Tells whether a token may be chosen: bit `token % 32` of word `token >> 5`. */
export type TokenMask = Uint32Array;

export function createCandidates(vocabularySize: number): Candidates {
  return {
    tokens: new Int32Array(vocabularySize),
    logits: new Float32Array(vocabularySize),
    weights: new Float64Array(vocabularySize),
    count: 0,
    sorted: false,
  };
}

/** The likeliest token, of equally likely ones the smallest; -1 when none is allowed. NaN and -Infinity are never chosen. */
export function likeliest(logits: Float32Array, mask?: TokenMask): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number;
    if (!(logit > most) || !allows(mask, token)) continue;
    most = logit;
    best = token;
  }
  return best;
}

/** All tokens that may be chosen, in the order of their numbers. */
export function selectAll(candidates: Candidates, logits: Float32Array, mask?: TokenMask): void {
  let count = 0;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number;
    if (!(logit > Number.NEGATIVE_INFINITY) || !allows(mask, token)) continue;
    candidates.tokens[count] = token;
    candidates.logits[count] = logit;
    count += 1;
  }
  candidates.count = count;
  candidates.sorted = false;
}

/**
 * The `k` likeliest tokens, sorted. One pass with a heap whose root is the worst that is kept: of random logits, k·ln(n/k) ever
 * enter it, so that the pass costs little more than looking for the largest.
 */
export function selectTop(candidates: Candidates, logits: Float32Array, k: number, mask?: TokenMask): void {
  const limit = Math.min(k, logits.length);
  candidates.count = 0;
  let threshold = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number;
    // Equal logits do not enter: the token with the smaller number is there already.
    if (!(logit > threshold) || !allows(mask, token)) continue;
    if (candidates.count < limit) {
      place(candidates, candidates.count, token, logit);
      siftUp(candidates, candidates.count);
      candidates.count += 1;
      if (candidates.count < limit) continue;
    } else {
      place(candidates, 0, token, logit);
      siftDown(candidates, 0, limit);
    }
    threshold = candidates.logits[0] as number;
  }
  unheap(candidates);
}

/** Sorts in place, likeliest first. */
export function sortCandidates(candidates: Candidates): void {
  if (candidates.sorted) return;
  for (let index = (candidates.count >> 1) - 1; index >= 0; index -= 1) siftDown(candidates, index, candidates.count);
  unheap(candidates);
}

function unheap(candidates: Candidates): void {
  for (let end = candidates.count - 1; end > 0; end -= 1) {
    swap(candidates, 0, end);
    siftDown(candidates, 0, end);
  }
  candidates.sorted = true;
}

function allows(mask: TokenMask | undefined, token: number): boolean {
  return mask === undefined || (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
}

function place({ tokens, logits }: Candidates, index: number, token: number, logit: number): void {
  tokens[index] = token;
  logits[index] = logit;
}

function swap({ tokens, logits }: Candidates, one: number, other: number): void {
  const token = tokens[one] as number;
  const logit = logits[one] as number;
  tokens[one] = tokens[other] as number;
  logits[one] = logits[other] as number;
  tokens[other] = token;
  logits[other] = logit;
}

function isWorse({ tokens, logits }: Candidates, one: number, other: number): boolean {
  const a = logits[one] as number;
  const b = logits[other] as number;
  return a < b || (a === b && (tokens[one] as number) > (tokens[other] as number));
}

function siftUp(candidates: Candidates, from: number): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isWorse(candidates, index, parent)) return;
    swap(candidates, index, parent);
    index = parent;
  }
}

function siftDown(candidates: Candidates, from: number, count: number): void {
  let index = from;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= count) return;
    const right = left + 1;
    const worse = right < count && isWorse(candidates, right, left) ? right : left;
    if (!isWorse(candidates, worse, index)) return;
    swap(candidates, worse, index);
    index = worse;
  }
}
