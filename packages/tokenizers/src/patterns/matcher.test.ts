import { describe, expect, test } from "vitest";
import { corpus, corpusLines, createRandom, generateText } from "../../test/corpus.ts";
import { knownPatterns } from "../pre-tokenizers/known-patterns.ts";
import { createPieces, type Splitter } from "../pre-tokenizers/pieces.ts";
import { createDelimiterSplitter, delimitByPattern } from "../pre-tokenizers/split.ts";
import { createWordSplitter } from "../pre-tokenizers/words.ts";
import { utf8Bytes } from "../text/utf8.ts";
import { createMatcher } from "./matcher.ts";

function cut(split: Splitter, text: string): string[] {
  const bytes = utf8Bytes(text);
  const pieces = createPieces();
  split(bytes, 0, bytes.length, pieces);
  return Array.from({ length: pieces.length / 2 }, (_, index) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(pieces.bounds[index * 2], pieces.bounds[index * 2 + 1])),
  );
}

describe("a scanner cuts as the expression does that it stands for", () => {
  test.each([...knownPatterns])("%s", (source, rules) => {
    const scanner = createWordSplitter(rules);
    const expression = createDelimiterSplitter(delimitByPattern(source), "Isolated");
    const random = createRandom(11);
    for (const text of [...corpusLines, ...Array.from({ length: 1500 }, () => generateText(random))]) expect(cut(scanner, text)).toEqual(cut(expression, text));
    expect(cut(scanner, corpus).join("")).toBe(corpus.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"));
  });
});

/** Expressions that mean the same to JavaScript. */
const plain = [
  "a+b",
  "a*?b",
  "(?:ab|a)(?:c|bcd)",
  "[a-cx]+",
  "[^a-c]",
  "a{2,3}",
  "a{2}",
  "(?=b)b",
  "b(?!c)",
  "(?<=a)b",
  "(?<!a)b",
  "x?y?z?",
  "\\u0061|\\x62",
  "(?:a|b)*c",
  "[\\]\\-a]+",
  "\\.|\\*",
  "(?:(?:a|b){1,2}c)+",
];

describe("an expression matches what JavaScript's engine matches", () => {
  test.each(plain)("%s", (source) => {
    const matcher = createMatcher(source);
    const native = new RegExp(source, "y");
    const random = createRandom(2);
    for (let round = 0; round < 500; round += 1) {
      const text = Array.from({ length: random(10) }, () => "aabbccxyz.*-]".charAt(random(13))).join("");
      const bytes = utf8Bytes(text);
      for (let at = 0; at <= text.length; at += 1) {
        native.lastIndex = at;
        const found = native.exec(text);
        expect([text, at, matcher.matchAt(bytes, at, 0, bytes.length)]).toEqual([text, at, found ? at + found[0].length : -1]);
      }
    }
  });
});

test("possessive and atomic parts give nothing back", () => {
  const matchesAll = (source: string, text: string) => createMatcher(source).matchAt(utf8Bytes(text), 0, 0, text.length) === text.length;
  expect(matchesAll("a++a", "aaa")).toBe(false);
  expect(matchesAll("(?>a|ab)c", "abc")).toBe(false);
  expect(matchesAll("(?i:straSSe)k", "STRASSEk")).toBe(true);
  expect(matchesAll("(?i)ab", "AB")).toBe(true);
  expect(matchesAll("\\P{L}\\p{^L}\\D\\S\\W", "!!!!!")).toBe(true);
});
