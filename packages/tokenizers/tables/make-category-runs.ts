// Writes src/text/category-runs.ts from what the reference implementation's regular expressions say:
// node --import tsx tables/make-category-runs.ts
import { writeFileSync } from "node:fs";
import { Tokenizer } from "tokenizers";
import { categoryNames } from "../src/text/categories.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!$";
const unassigned = "_";
const last = 0x110000;

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint < 0xe000;
}

function everything(): string {
  let text = "";
  for (let codePoint = 0; codePoint < last; codePoint += 1) if (!isSurrogate(codePoint)) text += String.fromCodePoint(codePoint);
  return text;
}

function splitter(pattern: string) {
  const model = { type: "WordLevel", vocab: { a: 0 }, unk_token: "a" };
  const split = { type: "Split", pattern: { Regex: pattern }, behavior: "Removed", invert: true };
  const definition = { version: "1.0", added_tokens: [], normalizer: null, pre_tokenizer: split, post_processor: null, decoder: null, model };
  return Tokenizer.fromString(JSON.stringify(definition)).getPreTokenizer();
}

const found: string[] = new Array(last).fill(unassigned);
const text = everything();
for (const [index, name] of categoryNames.entries()) {
  for (const [run] of splitter(`\\p{${name}}+`)?.preTokenizeString(text) ?? []) {
    for (const character of run) found[character.codePointAt(0) ?? 0] = letters.charAt(index);
  }
}

let runs = "";
for (let start = 0; start < last; ) {
  let end = start;
  while (end < last && found[end] === found[start]) end += 1;
  runs += `${found[start]}${end - start === 1 ? "" : (end - start).toString(36)}`;
  start = end;
}
writeFileSync(
  new URL("../src/text/category-runs.ts", import.meta.url),
  `/** General categories of Unicode 16 as runs: a letter for the category, then the length in base 36 unless it is 1. Made by tables/make-category-runs.ts. */\nexport const categoryRuns =\n  "${runs}";\n`,
);
