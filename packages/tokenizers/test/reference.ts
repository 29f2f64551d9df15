import { Tokenizer as RustTokenizer } from "tokenizers";

/** What the reference implementation makes of a text. Offsets are UTF-16 units, two for each token. */
export interface ReferenceEncoding {
  ids: number[];
  offsets: number[];
  tokens: string[];
}

export interface Reference {
  encode(texts: readonly string[]): Promise<ReferenceEncoding[]>;
  decode(ids: readonly (readonly number[])[]): Promise<string[]>;
}

/** The Rust implementation, through its Node binding, with special tokens parsed and none added. */
export function createReference(tokenizerJson: string): Reference {
  const rust = RustTokenizer.fromString(tokenizerJson);
  return {
    async encode(texts) {
      const encodings = await rust.encodeBatch([...texts], { addSpecialTokens: false });
      return encodings.map((encoding, index) => {
        const units = unitsOfCharacters(texts[index] ?? "");
        return {
          ids: encoding.getIds(),
          offsets: encoding.getOffsets().flatMap((pair) => pair.map((character) => units[character] ?? -1)),
          tokens: encoding.getTokens(),
        };
      });
    },
    decode: (ids) =>
      rust.decodeBatch(
        ids.map((list) => [...list]),
        false,
      ),
  };
}

/** It counts characters; strings of JavaScript count UTF-16 units. */
function unitsOfCharacters(text: string): number[] {
  const units = [0];
  let at = 0;
  for (const character of text) {
    at += character.length;
    units.push(at);
  }
  return units;
}
