import { gemmaTags, hermesTags, llamaTags, mistralTags, plainJsonCalls, type ToolCallStyle } from "../parse/tool-call-styles.ts";

/** How a model writes tool calls, known by the words of its chat template. */
export function toolCallStyleOf(template: string): ToolCallStyle {
  if (template.includes(hermesTags.open)) return hermesTags;
  if (template.includes(mistralTags.open)) return mistralTags;
  if (template.includes(llamaTags.open) || template.includes("<|eom_id|>") || /"parameters":\s/.test(template)) return llamaTags;
  if (template.includes("<start_of_turn>")) return gemmaTags;
  return plainJsonCalls;
}
