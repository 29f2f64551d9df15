import type { Vocabulary } from "../vocabulary.ts";

/** As in llama.cpp. */
const defaultBreakers: readonly string[] = ["\n", ":", '"', "*"];

/** Tells, for strings, the tokens that hold one of them. Each list is looked up once in the vocabulary. */
export function createBreakers(vocabulary: Vocabulary): (breakers?: readonly string[]) => (token: number) => boolean {
  const known = new Map<string, Uint8Array>();
  return (breakers = defaultBreakers) => {
    const key = JSON.stringify(breakers);
    let isBreaker = known.get(key);
    if (!isBreaker) {
      // One character for each byte: not every engine has a TextDecoder.
      const spelled = (bytes: Uint8Array) => String.fromCharCode(...bytes);
      const searched = breakers.filter((breaker) => breaker !== "").map((breaker) => spelled(new TextEncoder().encode(breaker)));
      isBreaker = new Uint8Array(vocabulary.size);
      for (let token = 0; token < vocabulary.size; token += 1) {
        const text = spelled(vocabulary.bytesOf(token));
        if (vocabulary.isSpecial(token) || searched.some((breaker) => text.includes(breaker))) isBreaker[token] = 1;
      }
      known.clear();
      known.set(key, isBreaker);
    }
    const found = isBreaker;
    return (token) => found[token] === 1;
  };
}
