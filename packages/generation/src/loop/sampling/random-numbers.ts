/** Numbers from 0 up to but not including 1, with 53 random bits. */
export type RandomNumbers = () => number;

/**
 * The same numbers for the same seed in every JavaScript engine, for they are made of 32-bit integers only.
 * xoshiro128** 1.1 (Blackman and Vigna), its state filled by SplitMix32.
 * @param seed a whole number; it counts modulo 2^32.
 */
export function createRandomNumbers(seed: number): RandomNumbers {
  const next = createRandomIntegers(seedState(seed));
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}

/** xoshiro128**: 32-bit integers from a state of four, which is used up. */
export function createRandomIntegers(state: Uint32Array): () => number {
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    state[2] = c ^ a;
    state[3] = d ^ b;
    state[1] = b ^ c ^ a;
    state[0] = a ^ d ^ b;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotate(d ^ b, 11);
    return result;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function seedState(seed: number): Uint32Array {
  let mixed = seed >>> 0;
  return new Uint32Array(4).map(() => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let word = mixed;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  });
}
