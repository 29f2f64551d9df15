import type { Tool, Warning } from "@tenfold/core";
import type { ToolCallStyle } from "../parse/tool-call-styles.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { type AutomatonState, createAutomaton } from "./automaton.ts";
import type { Constraint } from "./constraint.ts";
import type { Grammar } from "./expression.ts";
import { parseGrammar } from "./grammar-text.ts";
import { createTagConstraint, createWholeConstraint } from "./held-answer.ts";
import { compileJsonSchema, type JsonSchema } from "./json-schema.ts";
import { refuseLeftRecursion } from "./left-recursion.ts";
import { createNetwork } from "./network.ts";
import { parseRegularExpression } from "./regular-expression.ts";
import { createTokenMasks, type TokenMasks } from "./token-masks.ts";
import { createTokenTrie, type TokenTrie } from "./token-trie.ts";
import { jsonOrCallsGrammar, openedCallGrammar, toolCallGrammar } from "./tool-call-grammar.ts";

/**
 * What an answer is held to: JSON, of a schema or any; a pattern that all of it matches; a grammar in GBNF; calls of tools; JSON or calls;
 * or text in which a call that is opened by its tag follows its tool's schema.
 */
export type ConstraintSource =
  | { type: "json"; schema?: JsonSchema | boolean }
  | { type: "pattern"; pattern: string }
  | { type: "grammar"; grammar: string }
  | { type: "tool-calls" | "opened-calls"; style: ToolCallStyle; tools: readonly Tool[] }
  | { type: "json-or-calls"; schema?: JsonSchema | boolean; style: ToolCallStyle; tools: readonly Tool[] };

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
    // Sorting a vocabulary takes a second: a call that nobody opens costs nothing.
    let masks: TokenMasks | undefined;
    const maskOf = (state: AutomatonState) => {
      trie ??= createTokenTrie(vocabulary);
      masks ??= createTokenMasks(automaton, trie, endTokens);
      return masks.of(state);
    };
    const parts = { warnings, first, maskOf, step: automaton.step, vocabulary };
    return source.type === "opened-calls" ? createTagConstraint(source.style.open, parts) : createWholeConstraint(parts);
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
  const { grammar, ignored } = heldGrammar(source);
  if (ignored.length === 0) return { grammar, warnings: [] };
  const message = `The answer is not held to these keywords of the schema: ${ignored.join(", ")}.`;
  return { grammar, warnings: [{ kind: "ignored-setting", setting: source.type.startsWith("json") ? "responseFormat" : "tools", message }] };
}

function heldGrammar(source: Exclude<ConstraintSource, { type: "grammar" | "pattern" }>): ReturnType<typeof toolCallGrammar> {
  switch (source.type) {
    case "json":
      return compileJsonSchema(source.schema ?? true);
    case "tool-calls":
      return toolCallGrammar(source.style, source.tools);
    case "opened-calls":
      return openedCallGrammar(source.style, source.tools);
    case "json-or-calls":
      return jsonOrCallsGrammar(source.schema ?? true, source.style, source.tools);
  }
}
