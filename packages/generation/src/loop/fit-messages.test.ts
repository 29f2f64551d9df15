import type { Message } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { fitMessages } from "./fit-messages.ts";

/** Ten tokens for each message, all with its number. */
const render = (messages: readonly Message[]) => ({
  tokens: messages.flatMap(({ content }) => Array.from({ length: 10 }, () => Number(content))),
  startsInside: true,
});
const roles = ["system", "user", "assistant", "user", "assistant", "tool", "assistant", "user"] as const;
const messages: Message[] = roles.map((role, index) => ({ role, content: String(index) }));
const fit = (contextSize: number, policy: "error" | "slide" | "drop-turns") => fitMessages({ messages, render, contextSize, policy, answerTokens: 10 });

describe("a conversation", () => {
  it("that fits is left as it is", () => {
    for (const policy of ["error", "slide", "drop-turns"] as const)
      expect(fit(81, policy)).toEqual({ prompt: { tokens: render(messages).tokens, startsInside: true }, warnings: [] });
  });

  it("that does not fit is refused with both sizes, unless something may be left out", () => {
    expect(() => fit(80, "error")).toThrow(expect.objectContaining({ code: "context-overflow", details: { promptTokens: 80, contextSize: 80 } }));
  });

  it("loses as few of its oldest turns as possible, whole ones, and says so", () => {
    const kept = (contextSize: number) => [...new Set(Array.from(fit(contextSize, "drop-turns").prompt.tokens))];
    expect(kept(80)).toEqual([0, 3, 4, 5, 6, 7]);
    expect(kept(70)).toEqual([0, 3, 4, 5, 6, 7]);
    expect(kept(69)).toEqual([0, 7]);
    expect(fit(80, "drop-turns").warnings).toEqual([{ kind: "dropped-messages", message: expect.stringContaining("2 oldest messages") }]);
    expect(fit(80, "drop-turns").prompt.startsInside).toBe(true);
    expect(() => fit(25, "drop-turns")).toThrow(expect.objectContaining({ code: "context-overflow" }));
  });

  it("that slides keeps its first tokens and its last, and says how many it lost", () => {
    const { prompt, warnings } = fit(40, "slide");
    expect(Array.from(prompt.tokens)).toEqual([0, 0, 0, 0, ...render(messages).tokens.slice(-26)]);
    expect(warnings).toEqual([{ kind: "other", message: expect.stringContaining("50 of its 80 tokens") }]);
    expect(Array.from(fit(2, "slide").prompt.tokens)).toEqual([7]);
  });
});
