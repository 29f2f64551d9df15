import { tinyModel } from "@tenfold/adapter-testkit/models";
import { createTokenizer } from "@tenfold/tokenizers";
import { expect, test } from "vitest";
import { openNative } from "../test/open-native.ts";
import { createDetokenize } from "./detokenize.ts";

test("tokens become the text that llama.cpp makes of them, special ones shown or not, at the beginning and behind others", async () => {
  const { files } = await tinyModel();
  const tokenizer = await createTokenizer(files);
  const detokenize = createDetokenize(tokenizer);
  const native = await openNative(files[0]?.location?.() ?? "");
  try {
    const tokens = [...tokenizer.encode("<|im_start|>user\nThe naïve 🦊 says: 17 + 15?<|im_end|>", { parseSpecial: true })];
    for (const special of [true, false]) {
      expect(detokenize(tokens, special)).toBe(native.detokenize(tokens, special));
      for (let cut = 1; cut < tokens.length; cut += 1) {
        const [before, after] = [tokens.slice(0, cut), tokens.slice(cut)];
        expect([cut, detokenize(after, special, before)]).toEqual([cut, native.detokenize(after, special, before)]);
      }
    }
  } finally {
    await native.dispose();
  }
});
