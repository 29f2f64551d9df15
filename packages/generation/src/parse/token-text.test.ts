import { describe, expect, it } from "vitest";
import { createGenerationClock } from "./generation-clock.ts";
import { createTokenText } from "./token-text.ts";

/** A tokenizer whose tokens are bytes. */
const decodeBytes = (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens));

describe("text from tokens", () => {
  it("never splits a character, though each of its bytes is a token", () => {
    const text = "a é 漢 😀 Γειά 👩‍👩‍👧";
    const stream = createTokenText(decodeBytes);
    const pieces = [...new TextEncoder().encode(text)].map((byte) => stream.push(byte));
    expect(pieces.join("") + stream.end()).toBe(text);
    expect(pieces.some((piece) => piece.includes("\ufffd"))).toBe(false);
    expect(pieces.filter((piece) => piece !== "")).toHaveLength([...text].length);
  });

  it("passes a replacement character on that will not become whole", () => {
    const stream = createTokenText(decodeBytes);
    expect([0xff, 0xff, 0xff, 0xff, 0x41].map((byte) => stream.push(byte)).join("") + stream.end()).toBe("\ufffd\ufffd\ufffd\ufffdA");
  });

  it("ends with a replacement character where bytes are missing", () => {
    const stream = createTokenText(decodeBytes);
    expect(stream.push(0xe6) + stream.push(0xbc)).toBe("");
    expect(stream.end()).toBe("\ufffd");
    expect(stream.end()).toBe("");
  });
});

describe("timings", () => {
  it("tell prefill from decoding", () => {
    let nowMs = 1000;
    const clock = createGenerationClock(() => nowMs);
    nowMs += 200;
    clock.firstToken();
    clock.firstToken();
    nowMs += 1000;
    expect(clock.timings(100, 51)).toEqual({ timeToFirstTokenMs: 200, totalMs: 1200, prefillTokensPerSecond: 500, decodeTokensPerSecond: 50 });
  });

  it("are numbers also when nothing was generated", () => {
    expect(createGenerationClock(() => 5).timings(0, 0)).toEqual({ timeToFirstTokenMs: 0, totalMs: 0, prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 });
  });
});
