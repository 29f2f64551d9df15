/** How a family of models writes tool calls: as JSON objects with "name" and "arguments" or "parameters", and what stands around them. */
export interface ToolCallStyle {
  /** The tag before a call; empty where there is none. */
  open: string;
  /** The tag behind it; empty where the object's end is enough. */
  close: string;
  /** Behind `open` stands a list of calls, or a call as `name[ARGS]{…}`. */
  list?: boolean;
  /** An answer, or what follows its thoughts or a call, may begin with a call without `open`. What turns out to call no tool is text. */
  bare?: boolean;
  /** `open` is common in text too: what turns out to call no tool is text. */
  tentative?: boolean;
  /** The name under which arguments are written. Both are read. */
  argumentsName: "arguments" | "parameters";
}

/** Hermes, Qwen 2.5 and 3, SmolLM: `<tool_call>{"name": …, "arguments": …}</tool_call>`. */
export const hermesTags = { open: "<tool_call>", close: "</tool_call>", argumentsName: "arguments" } as const satisfies ToolCallStyle;

/** Llama 3: `{"name": …, "parameters": …}`, with or without `<|python_tag|>`; several with semicolons between them. */
export const llamaTags = { open: "<|python_tag|>", close: "", bare: true, argumentsName: "parameters" } as const satisfies ToolCallStyle;

/** Mistral: `[TOOL_CALLS][{"name": …, "arguments": …}, …]`, and newer `[TOOL_CALLS]name[ARGS]{…}`. */
export const mistralTags = { open: "[TOOL_CALLS]", close: "", list: true, argumentsName: "arguments" } as const satisfies ToolCallStyle;

/** Gemma 3: a JSON object as its prompt asks for, bare or in a fence. */
export const gemmaTags = { open: "```json", close: "```", bare: true, tentative: true, argumentsName: "parameters" } as const satisfies ToolCallStyle;

/** Models without tags of their own: an answer that is a JSON object naming a tool calls it. */
export const plainJsonCalls = { open: "", close: "", bare: true, argumentsName: "arguments" } as const satisfies ToolCallStyle;
