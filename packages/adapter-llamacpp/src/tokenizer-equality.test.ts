import { installedFromFile, tinyModel } from "@tenfold/adapter-testkit/models";
import type { InstalledModel } from "@tenfold/core";
import { createTokenizer } from "@tenfold/tokenizers";
import { need } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { expect, test } from "vitest";
import { openNative } from "../test/open-native.ts";

const texts = [
  "The quick brown fox jumps over the lazy dog. I've been there, haven't you? THEY'RE 12345678 or 3.14159!",
  "Zwölf Boxkämpfer jagen Viktor. Ça va où naïve façade. ¿Dónde está el niño? Příliš žluťoučký kůň.",
  "Съешь ещё этих мягких французских булок. Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.",
  "天地玄黃，宇宙洪荒。私はガラスを食べられます。나는 유리를 먹을 수 있어요.",
  "ฉันกินกระจกได้ मैं काँच खा सकता हूँ أنا قادر على أكل الزجاج אני יכול ١٢٣ Ⅷ ½",
  "function f(x){ return x<=1?1:x*f(x-1); } // a\n\n\tif (a && !b) {\r\n    x += 1;\n  }\n",
  "😀 👨‍👩‍👧‍👦 🤦🏽‍♂️ 🇩🇪 ❤️ e\u0301 a\u0308\u0323 \u200b\u200d\ufeff",
  `${"a".repeat(300)} ${"=".repeat(120)} ${" ".repeat(40)}x${"\n".repeat(20)}`,
  "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
];

async function expectSameTokens(model: InstalledModel): Promise<void> {
  const tokenizer = await createTokenizer(model.files);
  const native = await openNative(model.files[0]?.location?.() ?? "");
  try {
    for (const text of texts) expect([text, ...tokenizer.encode(text, { parseSpecial: true })]).toEqual([text, ...native.tokenize(text, true)]);
    for (const text of texts) expect([text, ...tokenizer.encode(text)]).toEqual([text, ...native.tokenize(text, false)]);
  } finally {
    await native.dispose();
  }
}

test("Tenfold's own tokenizer gives llama.cpp's ids for tenfold-tiny", async () => {
  await expectSameTokens(await tinyModel());
});

test("and for SmolLM2", async (context) => {
  const { path, reason } = await smollm2();
  need(context, "smollm2", path !== undefined, reason ?? "");
  if (path !== undefined) await expectSameTokens(await installedFromFile(path, "gguf"));
});
