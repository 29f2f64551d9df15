import { type LanguageModelV4ToolResultPart, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ContentPart } from "@tenfold/core";

/** A tool's result as the model is told it. What failed is told as `{ error }`. */
export function toolResultOf({ toolCallId, toolName, output }: LanguageModelV4ToolResultPart): ContentPart {
  return { type: "tool-result", id: toolCallId, name: toolName, result: resultOf(output) };
}

function resultOf(output: LanguageModelV4ToolResultPart["output"]): unknown {
  switch (output.type) {
    case "text":
    case "json":
      return output.value;
    case "error-text":
    case "error-json":
      return { error: output.value };
    case "execution-denied":
      return { error: output.reason === undefined ? "The user did not allow this call." : `The user did not allow this call: ${output.reason}` };
    case "content":
      return output.value.map(textOf).join("\n");
  }
}

type ResultContent = Extract<LanguageModelV4ToolResultPart["output"], { type: "content" }>["value"][number];

function textOf(part: ResultContent): string {
  if (part.type === "text") return part.text;
  if (part.type === "file" && part.data.type === "text") return part.data.text;
  throw new UnsupportedFunctionalityError({ functionality: "files in tool results", message: "A tool's result can hold text here, and no files." });
}
