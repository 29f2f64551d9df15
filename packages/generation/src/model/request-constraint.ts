import type { GenerateRequest, Warning } from "@tenfold/core";
import type { Constraint } from "../constraint/constraint.ts";
import type { ConstraintCompiler } from "../constraint/create-constraint-compiler.ts";
import type { ToolCallStyle } from "../parse/tool-call-styles.ts";

/** What a request holds its answer to: a tool that has to be called, else the response format. */
export function requestConstraint(
  request: GenerateRequest,
  style: ToolCallStyle,
  compiler: ConstraintCompiler,
): { constraint?: Constraint; warnings: readonly Warning[] } {
  const tools = "tools" in request && request.toolChoice !== "none" ? (request.tools ?? []) : [];
  const choice = "messages" in request ? request.toolChoice : undefined;
  if (tools.length > 0 && (choice === "required" || typeof choice === "object")) {
    const callable = typeof choice === "object" ? tools.filter(({ name }) => name === choice.tool) : tools;
    return { constraint: compiler.compile({ type: "tool-calls", style, tools: callable }), warnings: [] };
  }
  const format = request.responseFormat;
  if (format?.type !== "json") return { warnings: [] };
  if (tools.length === 0) return { constraint: compiler.compile({ type: "json", ...(format.schema ? { schema: format.schema } : {}) }), warnings: [] };
  const message = "Holding the answer to JSON would keep the model from calling its tools, so it is not held.";
  return { warnings: [{ kind: "ignored-setting", setting: "responseFormat", message }] };
}
