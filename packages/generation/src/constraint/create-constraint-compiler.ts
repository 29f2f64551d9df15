import { TenfoldError } from "@tenfold/catalog";
import type { Tool, Warning } from "@tenfold/core";
import type { ToolCallStyle } from "../parse/tool-call-styles.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { createAutomaton } from "./automaton.ts";
import type { Constraint } from "./constraint.ts";
import type { Grammar } from "./expression.ts";
import { parseGrammar } from "./grammar-text.ts";
import { compileJsonSchema, type JsonSchema } from "./json-schema.ts";
import { refuseLeftRecursion } from "./left-recursion.ts";
import { createNetwork } from "./network.ts";
import { parseRegularExpression } from "./regular-expression.ts";
import { createTokenMasks } from "./token-masks.ts";
import { createTokenTrie, type TokenTrie } from "./token-trie.ts";
import { toolCallGrammar } from "./tool-call-grammar.ts";

/** What an answer is held to: JSON, of a schema or any; a pattern that all of it matches; a grammar in GBNF; or calls of tools. */
export type ConstraintSource =
  | { type: "json"; schema?: JsonSchema | boolean }
  | { type: "pattern"; pattern: string }
  | { type: "grammar"; grammar: string }
  | { type: "tool-calls"; style: ToolCallStyle; tools: readonly Tool[] };

export interface ConstraintCompilerOptions {
  vocabulary: Vocabulary;
  /** Tokens that end an answer, which are allowed where it is complete. */
  endTokens: readonly number[];
}

export interface ConstraintCompiler {
  /** @throws TenfoldError `unsupported-request` for what no answer can be held to, with the reason. */
  compile(source: ConstraintSource): Constraint;
}

/** Requests come with the same few schemas again and again; each keeps what it has learned, some megabytes at most. */
const maxRemembered = 16;

/**
 * Compiles constraints for one vocabulary, whose tokens are sorted once, when they are first needed. The last sources are remembered
 * with their masks.
 */
export function createConstraintCompiler({ vocabulary, endTokens }: ConstraintCompilerOptions): ConstraintCompiler {
  let trie: TokenTrie | undefined;
  const compiled = new Map<string, Constraint>();

  function compile(source: ConstraintSource): Constraint {
    const { grammar, warnings } = grammarOf(source);
    refuseLeftRecursion(grammar);
    const network = createNetwork(grammar);
    // What is too large is refused now, not in the middle of an answer.
    for (const name of grammar.rules.keys()) network.start(name);
    const automaton = createAutomaton(network, grammar.start);
    const first = automaton.start();
    trie ??= createTokenTrie(vocabulary);
    const masks = createTokenMasks(automaton, trie, endTokens);

    return {
      warnings,
      start() {
        let state = first;
        return {
          mask: () => masks.of(state),
          accept(token) {
            let next: typeof state | null = vocabulary.isSpecial(token) ? null : state;
            for (const byte of vocabulary.bytesOf(token)) next = next && automaton.step(next, byte);
            if (!next) throw new TenfoldError("generation-failed", `Token ${token} does not follow the constraint.`);
            state = next;
          },
          isComplete: () => state.accepts && state.readings.length === 0,
        };
      },
    };
  }

  return {
    compile(source) {
      const key = JSON.stringify(source);
      const constraint = compiled.get(key) ?? compile(source);
      // The one used last is the last to be forgotten.
      compiled.delete(key);
      compiled.set(key, constraint);
      const oldest = compiled.keys().next().value;
      if (compiled.size > maxRemembered && oldest !== undefined) compiled.delete(oldest);
      return constraint;
    },
  };
}

function grammarOf(source: ConstraintSource): { grammar: Grammar; warnings: readonly Warning[] } {
  if (source.type === "grammar") return { grammar: parseGrammar(source.grammar), warnings: [] };
  if (source.type === "pattern") {
    const expression = parseRegularExpression(source.pattern, { anywhere: false });
    return { grammar: { rules: new Map([["root", expression]]), start: "root" }, warnings: [] };
  }
  const { grammar, ignored } = source.type === "json" ? compileJsonSchema(source.schema ?? true) : toolCallGrammar(source.style, source.tools);
  if (ignored.length === 0) return { grammar, warnings: [] };
  const message = `The answer is not held to these keywords of the schema: ${ignored.join(", ")}.`;
  return { grammar, warnings: [{ kind: "ignored-setting", setting: source.type === "json" ? "responseFormat" : "tools", message }] };
}
