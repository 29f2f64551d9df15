import { type Expression, type Grammar, normalizedRanges } from "./expression.ts";
import { unusable } from "./unusable.ts";
import { utf8Sequences } from "./utf8-sequences.ts";

export interface ByteEdge {
  first: number;
  last: number;
  target: NetworkNode;
}

/** A place within a rule. */
export interface NetworkNode {
  readonly id: number;
  readonly bytes: ByteEdge[];
  /** Places that are this place as well. */
  readonly empty: NetworkNode[];
  /** Another rule has to match before `target`. */
  readonly calls: { rule: string; target: NetworkNode }[];
  /** The rule may end here. */
  isEnd: boolean;
}

/** A grammar as a recursive transition network: one automaton for each rule, made when it is first needed. */
export interface Network {
  start(rule: string): NetworkNode;
}

/** Places in all: a bound on memory and on the time to compile. */
export const maxNodes = 400_000;

export function createNetwork({ rules }: Grammar): Network {
  const starts = new Map<string, NetworkNode>();
  const encoder = new TextEncoder();
  let count = 0;

  function node(): NetworkNode {
    count += 1;
    if (count > maxNodes) throw unusable("The constraint", `it has more than ${maxNodes} places; look for repetitions with large counts`);
    return { id: count, bytes: [], empty: [], calls: [], isEnd: false };
  }

  function build(expression: Expression, from: NetworkNode, to: NetworkNode): void {
    switch (expression.type) {
      case "text":
        buildTexts([expression.text], from, to);
        break;
      case "texts":
        buildTexts(expression.texts, from, to);
        break;
      case "characters":
        for (const range of normalizedRanges(expression.ranges)) {
          for (const bytes of utf8Sequences(range)) {
            let at = from;
            for (const [index, [first, last]] of bytes.entries()) {
              const target = index === bytes.length - 1 ? to : node();
              at.bytes.push({ first, last, target });
              at = target;
            }
          }
        }
        break;
      case "sequence": {
        let at = from;
        for (const [index, part] of expression.parts.entries()) {
          const target = index === expression.parts.length - 1 ? to : node();
          build(part, at, target);
          at = target;
        }
        if (expression.parts.length === 0) from.empty.push(to);
        break;
      }
      case "choice":
        for (const option of expression.options) build(option, from, to);
        break;
      case "repeat":
        buildRepeat(expression, from, to);
        break;
      case "rule":
        from.calls.push({ rule: expression.name, target: to });
        break;
    }
  }

  function buildRepeat({ part, least, most }: Extract<Expression, { type: "repeat" }>, from: NetworkNode, to: NetworkNode): void {
    let at = from;
    const step = () => {
      const begin = node();
      const end = node();
      at.empty.push(begin);
      build(part, begin, end);
      return { begin, end };
    };
    for (let index = 0; index < least; index += 1) at = step().end;
    if (most === undefined) {
      const { begin, end } = step();
      end.empty.push(begin);
      // What begins may also be over at once.
      begin.empty.push(to);
      return;
    }
    for (let index = least; index < most; index += 1) {
      at.empty.push(to);
      at = step().end;
    }
    at.empty.push(to);
  }

  /** Texts that begin alike share their places. */
  function buildTexts(texts: readonly string[], from: NetworkNode, to: NetworkNode): void {
    const root: TextNode = { node: from, next: new Map() };
    for (const value of texts) {
      let at = root;
      for (const byte of encoder.encode(value)) {
        let next = at.next.get(byte);
        if (!next) {
          next = { node: node(), next: new Map() };
          at.next.set(byte, next);
          at.node.bytes.push({ first: byte, last: byte, target: next.node });
        }
        at = next;
      }
      at.node.empty.push(to);
    }
  }

  return {
    start(name) {
      let start = starts.get(name);
      if (start) return start;
      const expression = rules.get(name);
      if (!expression) throw unusable("The grammar", `there is no rule named ${JSON.stringify(name)}`);
      start = node();
      starts.set(name, start);
      const end = node();
      end.isEnd = true;
      build(expression, start, end);
      return start;
    },
  };
}

interface TextNode {
  node: NetworkNode;
  next: Map<number, TextNode>;
}
