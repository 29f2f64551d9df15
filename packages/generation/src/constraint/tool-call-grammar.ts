import type { Tool } from "@tenfold/core";
import type { ToolCallStyle } from "../parse/tool-call-styles.ts";
import { choice, type Expression, type Grammar, many, optional, sequence, text } from "./expression.ts";
import { compileJsonSchema } from "./json-schema.ts";
import { annotations, type JsonSchema } from "./merge-schemas.ts";
import { unusable } from "./unusable.ts";

/**
 * What stands behind the tag that opens a call, to the end of that call.
 * @throws TenfoldError as {@link toolCallGrammar}.
 */
export const openedCallGrammar = (style: ToolCallStyle, tools: readonly Tool[]) => toolCallGrammar({ ...style, open: "" }, tools);

/** The grammar of an answer that is JSON of a schema, or calls tools. @throws TenfoldError as {@link toolCallGrammar}. */
export function jsonOrCallsGrammar(schema: JsonSchema | boolean, style: ToolCallStyle, tools: readonly Tool[]): ReturnType<typeof toolCallGrammar> {
  const json = compileJsonSchema(schema);
  const calls = toolCallGrammar(style, tools);
  const prefix = "answer ";
  const rules = new Map(calls.grammar.rules);
  for (const [rule, expression] of json.grammar.rules) rules.set(prefix + rule, renamed(expression, prefix));
  rules.set("answer or calls", choice({ type: "rule", name: prefix + json.grammar.start }, { type: "rule", name: calls.grammar.start }));
  return { grammar: { rules, start: "answer or calls" }, ignored: [...new Set([...json.ignored, ...calls.ignored])].sort() };
}

/**
 * The grammar of an answer that calls tools and says nothing else: one call or, where the style lists them, several; arguments
 * follow the tools' schemas.
 * @throws TenfoldError `unsupported-request` for a schema that nothing follows.
 */
export function toolCallGrammar(style: ToolCallStyle, tools: readonly Tool[]): { grammar: Grammar; ignored: readonly string[] } {
  if (tools.length === 0) throw unusable("The choice of tools", "there are no tools");
  const rules = new Map<string, Expression>();
  const ignored = new Set<string>();
  const calls = tools.map(({ name, parameters }, index) => {
    const compiled = compileJsonSchema(takesNothing(parameters) ? { type: "object", additionalProperties: false } : { type: "object", ...parameters });
    for (const keyword of compiled.ignored) ignored.add(keyword);
    const prefix = `tool ${index} `;
    for (const [rule, expression] of compiled.grammar.rules) rules.set(prefix + rule, renamed(expression, prefix));
    const head = `{"name": ${JSON.stringify(name)}, "${style.argumentsName}": `;
    return sequence(text(head), { type: "rule", name: `${prefix}${compiled.grammar.start}` }, text("}"));
  });
  const call = choice(...calls);
  const breaks = style.close === "" ? text("") : optional(text("\n"));
  const one = sequence(text(style.open), breaks, call, breaks, text(style.close));
  rules.set("root", style.list ? sequence(text(`${style.open}[`), call, many(sequence(text(", "), call)), text("]")) : one);
  return { grammar: { rules, start: "root" }, ignored: [...ignored].sort() };
}

/** A tool that says nothing about its arguments has none. */
function takesNothing(parameters: JsonSchema): boolean {
  return Object.keys(parameters).every((keyword) => keyword === "type" || annotations.has(keyword));
}

function renamed(expression: Expression, prefix: string): Expression {
  switch (expression.type) {
    case "rule":
      return { type: "rule", name: prefix + expression.name };
    case "sequence":
      return { ...expression, parts: expression.parts.map((part) => renamed(part, prefix)) };
    case "choice":
      return { ...expression, options: expression.options.map((option) => renamed(option, prefix)) };
    case "repeat":
      return { ...expression, part: renamed(expression.part, prefix) };
    default:
      return expression;
  }
}
