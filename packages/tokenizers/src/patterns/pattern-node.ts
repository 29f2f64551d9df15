import type { CharacterSet } from "./character-set.ts";

/** A part of a regular expression. */
export type PatternNode =
  | { readonly type: "set"; readonly set: CharacterSet }
  | { readonly type: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly type: "choice"; readonly options: readonly PatternNode[] }
  | { readonly type: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number; readonly mode: "greedy" | "lazy" | "possessive" }
  | { readonly type: "look"; readonly part: PatternNode; readonly behind: boolean; readonly negated: boolean }
  | { readonly type: "atomic"; readonly part: PatternNode }
  | {
      readonly type: "edge";
      readonly side: "start" | "end" /** Of the text, or of a line, as `^` and `$` mean it in these files. */;
      readonly of: "text" | "line";
    };
