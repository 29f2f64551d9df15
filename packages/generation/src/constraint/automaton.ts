import type { Network, NetworkNode } from "./network.ts";
import { unusable } from "./unusable.ts";

/** A place in a rule and where its callers go on: one way to read the text so far. */
export interface Reading {
  readonly id: number;
  readonly node: NetworkNode | undefined;
  /** Absent at the bottom. */
  readonly caller: Reading | undefined;
  /** Readings with this one as their caller, by the id of their node. */
  readonly called: Map<number, Reading>;
  /** The state in which the caller goes on, once asked for. */
  resumed?: AutomatonState | undefined;
}

/** All ways to read the text so far. */
export interface AutomatonState {
  /** Those that a byte can follow. */
  readonly readings: readonly Reading[];
  /** The text may end here. */
  readonly accepts: boolean;
  /** The rule that was looked at alone may end here. */
  readonly leaves: boolean;
  /** By byte; null where none follows, undefined where that is not known yet. */
  readonly next: (AutomatonState | null | undefined)[];
}

export interface Automaton {
  start(): AutomatonState;
  /** @returns null where the byte cannot follow. */
  step(state: AutomatonState, byte: number): AutomatonState | null;
  /** The state in which places of one rule are looked at without what called it. */
  alone(nodes: readonly NetworkNode[]): AutomatonState;
  /** The state behind the end of what `caller` called. */
  resume(caller: Reading): AutomatonState;
  /** True for the two readings below which there is no caller to go on. */
  isBottom(reading: Reading): boolean;
}

/** Ways to read one text: more of them would make each byte slow. */
const maxReadings = 20_000;
/** States and readings that are remembered; beyond, all are forgotten and made again when needed. */
const maxRemembered = 100_000;

/** A network's states, made as they are reached: a pushdown automaton whose sets of stacks are told apart once. */
export function createAutomaton(network: Network, startRule: string): Automaton {
  let readingCount = 0;
  let states = new Map<string, AutomatonState>();
  const whole = reading(undefined, undefined);
  const outside = reading(undefined, undefined);
  let remembered = 0;
  let first: AutomatonState | undefined;

  function reading(node: NetworkNode | undefined, caller: Reading | undefined): Reading {
    readingCount += 1;
    return { id: readingCount, node, caller, called: new Map() };
  }

  function called(caller: Reading, node: NetworkNode): Reading {
    let found = caller.called.get(node.id);
    if (!found) {
      found = reading(node, caller);
      remembered += 1;
      caller.called.set(node.id, found);
    }
    return found;
  }

  function forget(): void {
    states = new Map();
    whole.called.clear();
    outside.called.clear();
    first = undefined;
    remembered = 0;
  }

  /** Everything that is reached without a byte. */
  function closure(from: readonly [NetworkNode, Reading][]): AutomatonState | null {
    const seen = new Set<Reading>();
    const readings: Reading[] = [];
    const work = [...from];
    let accepts = false;
    let leaves = false;
    for (let item = work.pop(); item; item = work.pop()) {
      const [node, caller] = item;
      const here = called(caller, node);
      if (seen.has(here)) continue;
      seen.add(here);
      if (seen.size > maxReadings) throw unusable("The constraint", `a text can be read in more than ${maxReadings} ways`);
      if (node.bytes.length > 0) readings.push(here);
      for (const target of node.empty) work.push([target, caller]);
      for (const { rule, target } of node.calls) {
        // Nothing is left to do in a rule that ends with a call, so that lists do not pile up callers.
        const isTail = target.isEnd && target.bytes.length === 0 && target.empty.length === 0 && target.calls.length === 0;
        work.push([network.start(rule), isTail ? caller : called(caller, target)]);
      }
      if (!node.isEnd) continue;
      if (caller === whole) accepts = true;
      else if (caller === outside) leaves = true;
      else if (caller.node && caller.caller) work.push([caller.node, caller.caller]);
    }
    if (readings.length === 0 && !accepts && !leaves) return null;
    readings.sort((a, b) => a.id - b.id);
    const key = `${accepts ? "a" : ""}${leaves ? "l" : ""}${readings.map(({ id }) => id).join()}`;
    let state = states.get(key);
    if (!state) {
      state = { readings, accepts, leaves, next: new Array<undefined>(256) };
      remembered += 1;
      states.set(key, state);
    }
    return state;
  }

  function closed(from: readonly [NetworkNode, Reading][]): AutomatonState {
    return closure(from) ?? { readings: [], accepts: false, leaves: false, next: [] };
  }

  return {
    start() {
      first ??= closed([[network.start(startRule), whole]]);
      return first;
    },
    step(state, byte) {
      const known = state.next[byte];
      if (known !== undefined) return known;
      if (remembered > maxRemembered) forget();
      const targets: [NetworkNode, Reading][] = [];
      for (const { node, caller } of state.readings) {
        for (const edge of node?.bytes ?? []) if (byte >= edge.first && byte <= edge.last && caller) targets.push([edge.target, caller]);
      }
      const next = targets.length === 0 ? null : closure(targets);
      state.next[byte] = next;
      return next;
    },
    alone: (nodes) => closed(nodes.map((node) => [node, outside])),
    resume(caller) {
      if (!caller.node || !caller.caller) throw new Error("Nothing called what ended.");
      caller.resumed ??= closed([[caller.node, caller.caller]]);
      return caller.resumed;
    },
    isBottom: (reading) => reading === whole || reading === outside,
  };
}
