import { invalidTokenizer } from "./invalid-tokenizer.ts";
import { limits } from "./limits.ts";
import { readUtf8, utf8Capacity, writeUtf8 } from "./text/utf8.ts";

/** The tokens of a model, by id. Ids that no token has are empty. */
export interface Vocabulary {
  /** One more than the highest id. */
  readonly size: number;
  /** All tokens, one after the other: UTF-8, or bytes of any kind in a byte-level vocabulary. */
  readonly bytes: Uint8Array;
  /** Where each token begins; `size + 1` of them. */
  readonly offsets: Uint32Array;
}

export interface VocabularyBuilder {
  /** Gives a token its id. @throws TenfoldError `invalid-format` when the id has another token, or is no id. */
  add(id: number, token: string): void;
  addBytes(id: number, token: Uint8Array): void;
  build(): Vocabulary;
}

/** @param expected about how many tokens there will be. */
export function createVocabularyBuilder(expected: number): VocabularyBuilder {
  let bytes = new Uint8Array(Math.max(1024, Math.min(expected, limits.tokens) * 8));
  let used = 0;
  let starts = new Int32Array(Math.max(16, Math.min(expected, limits.tokens))).fill(-1);
  let ends = new Int32Array(starts.length);
  let size = 0;

  function reserve(id: number, room: number): void {
    if (!Number.isInteger(id) || id < 0 || id >= limits.tokens) throw invalidTokenizer(`gives a token the id ${id}`, "the vocabulary");
    if (used + room > bytes.length) {
      if (used + room > limits.vocabularyBytes) throw invalidTokenizer(`holds more than ${limits.vocabularyBytes} bytes`, "the vocabulary");
      const larger = new Uint8Array(Math.max(bytes.length * 2, used + room));
      larger.set(bytes);
      bytes = larger;
    }
    if (id >= starts.length) {
      const length = Math.max(starts.length * 2, id + 1);
      const [oldStarts, oldEnds] = [starts, ends];
      starts = new Int32Array(length).fill(-1);
      starts.set(oldStarts);
      ends = new Int32Array(length);
      ends.set(oldEnds);
    }
    if ((starts[id] as number) >= 0) throw invalidTokenizer(`gives the id ${id} to two tokens`, "the vocabulary");
    size = Math.max(size, id + 1);
  }

  function finish(id: number, end: number): void {
    starts[id] = used;
    ends[id] = end;
    used = end;
  }

  return {
    add(id, token) {
      reserve(id, utf8Capacity(token.length));
      finish(id, writeUtf8(token, bytes, used));
    },
    addBytes(id, token) {
      reserve(id, token.length);
      bytes.set(token, used);
      finish(id, used + token.length);
    },
    build() {
      const ordered = new Uint8Array(used);
      const offsets = new Uint32Array(size + 1);
      let at = 0;
      for (let id = 0; id < size; id += 1) {
        const start = starts[id] as number;
        if (start >= 0) {
          ordered.set(bytes.subarray(start, ends[id]), at);
          at += (ends[id] as number) - start;
        }
        offsets[id + 1] = at;
      }
      return { size, bytes: ordered, offsets };
    },
  };
}

export function tokenBytes({ size, bytes, offsets }: Vocabulary, id: number): Uint8Array {
  return id >= 0 && id < size ? bytes.subarray(offsets[id], offsets[id + 1]) : new Uint8Array(0);
}

export function tokenText(vocabulary: Vocabulary, id: number): string {
  return readUtf8(tokenBytes(vocabulary, id));
}
