import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { TenfoldError } from "@tenfold/catalog";

/** What a template may use up. Far above what honest templates need, low enough that a hostile one ends within seconds. */
const limits = {
  sourceLength: 256 * 1024,
  /** The lexer's time grows with the square of a run of white space. */
  whiteSpaceRun: 1024,
  outputLength: 16 * 1024 * 1024,
  steps: 2_000_000,
  /** What the interpreter does for each round of a loop, in steps, before the first line of its body. */
  stepsPerRound: 4,
  /** All intermediate strings together. */
  characters: 1024 * 1024 * 1024,
  rangeLength: 100_000,
};

// The package's declarations do not resolve under nodenext; these are the parts that are used.
interface JinjaNode {
  readonly type: string;
  /** Of a loop; `lhs` of it when the loop has a condition. */
  readonly iterable?: JinjaNode;
  readonly lhs?: JinjaNode;
}
interface JinjaValue {
  readonly type: string;
  readonly value: unknown;
}
interface JinjaScope {
  set(name: string, value: unknown): void;
}
interface JinjaInterpreter {
  evaluate(node: JinjaNode | undefined, scope: JinjaScope): JinjaValue;
  run(program: JinjaNode): JinjaValue;
}
const BaseInterpreter = Interpreter as unknown as new (scope: JinjaScope) => JinjaInterpreter;

/** A parsed template. It keeps nothing between runs. */
export interface JinjaProgram {
  /** Renders with these variables. Throws a plain Error when the template fails. */
  run(variables: Readonly<Record<string, unknown>>): string;
}

/** Parses a template. Throws `template-failed` when it is no valid template or too large. */
export function parseJinja(source: string): JinjaProgram {
  if (source.length > limits.sourceLength) {
    throw new TenfoldError("template-failed", `The chat template is ${source.length} characters long; at most ${limits.sourceLength} are allowed.`);
  }
  if (new RegExp(`\\s{${limits.whiteSpaceRun}}`).test(source)) {
    throw new TenfoldError("template-failed", `The chat template has ${limits.whiteSpaceRun} or more white-space characters in a row.`);
  }
  let program: JinjaNode;
  try {
    program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })) as JinjaNode;
  } catch (error) {
    throw TenfoldError.from(error, "template-failed", "The chat template cannot be parsed");
  }
  return {
    run(variables) {
      const scope = new Environment() as unknown as JinjaScope;
      for (const [name, value] of Object.entries({ ...constants, range, ...variables })) scope.set(name, value);
      const output = new BoundedInterpreter(scope).run(program).value;
      if (typeof output !== "string") throw new Error("the template gave no text");
      return output;
    },
  };
}

const constants = { true: true, false: false, none: null, True: true, False: false, None: null };

function range(first: unknown, second?: unknown, third?: unknown): number[] {
  const [start, stop, step] = second === undefined ? [0, Number(first), 1] : [Number(first), Number(second), third === undefined ? 1 : Number(third)];
  if (!Number.isInteger(start) || !Number.isInteger(stop) || !Number.isInteger(step) || step === 0)
    throw new Error("range() takes whole numbers and a step other than 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > limits.rangeLength) throw new Error(`range() of ${length} numbers; at most ${limits.rangeLength} are allowed`);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** Every node of a template passes through `evaluate`, which makes it the place to count. */
class BoundedInterpreter extends BaseInterpreter {
  #steps = 0;
  #characters = 0;
  readonly #iterables = new WeakSet<JinjaNode>();
  readonly #sizes = new WeakMap<object, number>();

  override evaluate(node: JinjaNode | undefined, scope: JinjaScope): JinjaValue {
    this.#step(1);
    if (node?.type === "For" && node.iterable)
      this.#iterables.add(node.iterable.type === "SelectExpression" && node.iterable.lhs ? node.iterable.lhs : node.iterable);
    const result = super.evaluate(node, scope);
    const value = result?.value;
    if (typeof value === "string") {
      this.#characters += value.length;
      if (value.length > limits.outputLength) throw new Error(`more than ${limits.outputLength} characters of text`);
      if (this.#characters > limits.characters) throw new Error("it works on too much text");
    } else if (Array.isArray(value) || value instanceof Map) {
      if (node && this.#iterables.has(node)) this.#step(limits.stepsPerRound * (Array.isArray(value) ? value.length : value.size));
      // A name or an attribute hands out a list that exists already; anything else has just made one.
      if (Array.isArray(value) && node?.type !== "Identifier" && node?.type !== "MemberExpression") this.#step(value.length);
      if (this.#sizeOf(result, 0) > limits.outputLength) throw new Error("a list or object that is too large");
    }
    return result;
  }

  #step(count: number): void {
    this.#steps += count;
    if (this.#steps > limits.steps) throw new Error(`more than ${limits.steps} steps`);
  }

  /** Characters that writing the value out would take at least; lists that share their items are counted as often as they would be written. */
  #sizeOf(item: JinjaValue, depth: number): number {
    const { type, value } = item;
    if (typeof value === "string") return value.length + 2;
    if (!Array.isArray(value) && !(value instanceof Map)) return 1;
    // Only namespaces can change, so only they could hide their size, or contain themselves.
    if (type === "NamespaceValue" && depth > 0) throw new Error("a namespace inside another value");
    const known = this.#sizes.get(item);
    if (known !== undefined) return known;
    let size = 2;
    for (const child of value.values() as Iterable<JinjaValue>) size += this.#sizeOf(child, depth + 1);
    if (type !== "NamespaceValue") this.#sizes.set(item, size);
    return size;
  }
}
