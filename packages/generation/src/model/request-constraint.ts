import type { GenerateRequest, Tool } from "@tenfold/core";
import type { Constraint } from "../constraint/constraint.ts";
import type { ConstraintCompiler, ConstraintSource } from "../constraint/create-constraint-compiler.ts";
import type { ToolCallStyle } from "../parse/tool-call-styles.ts";

export interface RequestConstraint {
  constraint?: Constraint;
  /** All of the answer is held, so that thoughts have to come before it. */
  isWhole: boolean;
}

/**
 * What a request holds its answer to: a tool that has to be called; the response format, or a call instead of it; and where tools may be called, that
 * a call which its tag opens follows the tool's schema.
 */
export function requestConstraint(request: GenerateRequest, style: ToolCallStyle, compiler: ConstraintCompiler): RequestConstraint {
  const source = sourceOf(request, style);
  return source ? { constraint: compiler.compile(source), isWhole: source.type !== "opened-calls" } : { isWhole: false };
}

function sourceOf(request: GenerateRequest, style: ToolCallStyle): ConstraintSource | undefined {
  const choice = "messages" in request ? request.toolChoice : undefined;
  const tools: readonly Tool[] = "tools" in request && choice !== "none" ? (request.tools ?? []) : [];
  if (tools.length > 0 && (choice === "required" || typeof choice === "object")) {
    return { type: "tool-calls", style, tools: typeof choice === "object" ? tools.filter(({ name }) => name === choice.tool) : tools };
  }
  const { responseFormat: format } = request;
  const schema = format?.type === "json" && format.schema ? { schema: format.schema } : {};
  if (format?.type === "json") return tools.length === 0 ? { type: "json", ...schema } : { type: "json-or-calls", ...schema, style, tools };
  // A tag that is common in text, or that lists of several kinds stand behind, says too little of what follows.
  return tools.length > 0 && style.open !== "" && !style.tentative && !style.list ? { type: "opened-calls", style, tools } : undefined;
}
