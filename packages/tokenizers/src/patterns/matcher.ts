import { TenfoldError } from "@tenfold/catalog";
import { codePointIn, utf8Length } from "../text/utf8.ts";
import { createSetTest } from "./character-set.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { PatternNode } from "./pattern-node.ts";

/** Finds where a regular expression matches valid UTF-8. The engine's own expressions know neither all categories nor bounds on time everywhere. */
export interface Matcher {
  /** Where the match that begins at `at` ends; -1 when there is none. `[start, end)` is the whole text. */
  matchAt(bytes: Uint8Array, at: number, start: number, end: number): number;
}

/** Where a match ends that goes on from `at`, or -1. */
type Step = (at: number) => number;

const stepsPerByte = 2_000;
const stepsAtLeast = 4_000_000;

/**
 * @throws TenfoldError as `parsePattern` does; `matchAt` throws `invalid-input` when the expression takes more steps than a text
 * of that length should need, as nested repetitions can.
 */
export function createMatcher(source: string): Matcher {
  let bytes: Uint8Array = new Uint8Array(0);
  let textStart = 0;
  let textEnd = 0;
  let stepsLeft = 0;

  function spend(): void {
    stepsLeft -= 1;
    if (stepsLeft < 0) throw tooSlow();
  }

  function compile(node: PatternNode, next: Step): Step {
    switch (node.type) {
      case "set": {
        const contains = createSetTest(node.set);
        return (at) => {
          spend();
          return at < textEnd && contains(codePointIn(bytes, at)) ? next(at + utf8Length(bytes[at] as number)) : -1;
        };
      }
      case "sequence":
        return node.parts.reduceRight<Step>((then, part) => compile(part, then), next);
      case "choice": {
        const options = node.options.map((option) => compile(option, next));
        return (at) => {
          for (const option of options) {
            const end = option(at);
            if (end >= 0) return end;
          }
          return -1;
        };
      }
      case "repeat":
        if (node.mode === "possessive") return compile({ type: "atomic", part: { ...node, mode: "greedy" } }, next);
        return node.part.type === "set" && node.mode === "greedy" ? repeatSet(node, next) : repeat(node, next);
      case "atomic": {
        const part = compile(node.part, (at) => at);
        return (at) => {
          const end = part(at);
          return end < 0 ? -1 : next(end);
        };
      }
      case "look":
        return look(node, next);
      case "edge":
        return (at) => (isEdge(node, at) ? next(at) : -1);
    }
  }

  function isEdge({ side, of }: PatternNode & { type: "edge" }, at: number): boolean {
    if (at === (side === "start" ? textStart : textEnd)) return true;
    return of === "line" && bytes[side === "start" ? at - 1 : at] === 0x0a;
  }

  function repeatSet({ part, least, most }: PatternNode & { type: "repeat" }, next: Step): Step {
    if (part.type !== "set") throw new TypeError("not a set");
    const contains = createSetTest(part.set);
    return (at) => {
      let count = 0;
      let stop = at;
      while (count < most && stop < textEnd && contains(codePointIn(bytes, stop))) {
        spend();
        stop += utf8Length(bytes[stop] as number);
        count += 1;
      }
      for (; count >= least; count -= 1) {
        spend();
        const end = next(stop);
        if (end >= 0) return end;
        if (count === 0) return -1;
        stop -= 1;
        while (((bytes[stop] as number) & 0xc0) === 0x80) stop -= 1;
      }
      return -1;
    };
  }

  function repeat({ part, least, most, mode }: PatternNode & { type: "repeat" }, next: Step): Step {
    // A stack rather than one counter: the part may contain the same repetition again by way of what follows.
    const counts: number[] = [];
    const starts: number[] = [];
    const again = compile(part, (at) => {
      // A round that took nothing would go on for ever.
      if (at === starts.at(-1)) return -1;
      const count = counts.pop() as number;
      const start = starts.pop() as number;
      const end = round(count + 1, at);
      counts.push(count);
      starts.push(start);
      return end;
    });
    function round(count: number, at: number): number {
      spend();
      const once = (): number => {
        if (count >= most) return -1;
        counts.push(count);
        starts.push(at);
        const end = again(at);
        counts.pop();
        starts.pop();
        return end;
      };
      if (count < least) return once();
      if (mode === "lazy") {
        const end = next(at);
        return end >= 0 ? end : once();
      }
      const end = once();
      return end >= 0 ? end : next(at);
    }
    return (at) => round(0, at);
  }

  function look({ part, behind, negated }: PatternNode & { type: "look" }, next: Step): Step {
    let target = 0;
    const inner = compile(part, behind ? (at) => (at === target ? at : -1) : (at) => at);
    return (at) => {
      let found = false;
      if (!behind) found = inner(at) >= 0;
      else {
        for (let from = at; from >= textStart && !found; from -= 1) {
          if (from < textEnd && ((bytes[from] as number) & 0xc0) === 0x80) continue;
          target = at;
          found = inner(from) >= 0;
        }
      }
      return found === negated ? -1 : next(at);
    };
  }

  const whole = compile(parsePattern(source), (at) => at);
  return {
    matchAt(text, at, start, end) {
      if (text !== bytes || start !== textStart || end !== textEnd || at === start) stepsLeft = Math.max(stepsAtLeast, (end - start) * stepsPerByte);
      bytes = text;
      textStart = start;
      textEnd = end;
      try {
        return whole(at);
      } catch (error) {
        throw error instanceof RangeError ? tooSlow(error) : error;
      }
    },
  };
}

function tooSlow(cause?: unknown): TenfoldError {
  return new TenfoldError("invalid-input", "This tokenizer's regular expression takes too long on this text.", {
    remedy: "Shorten the text, or use another model: its tokenizer cannot be trusted with any text.",
    ...(cause === undefined ? {} : { cause }),
  });
}
