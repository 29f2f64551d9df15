import type { AddedToken } from "./definition.ts";

/** How the turns and calls of a conversation are commonly marked: <|im_end|>, <｜User｜>, [INST], </think>, <start_of_turn>. */
const shapes = [
  /^<[|｜].*[|｜]>$/s,
  /^\[\/?[A-Z][A-Z_]*\]$/,
  /^<\/?(?:s|bos|eos|pad|unk|mask|cls|sep|think|tool_calls?|tool_responses?|tools|(?:start|end)_of_\w+)>$/,
];

/**
 * Whether an added token steers the model, so that it must not be made from what people write: it is marked as special, looks like a mark of a
 * conversation, or is a word of the chat template. Others (HTML tags, runs of line breaks) are part of ordinary text.
 */
export function isControlToken({ content, special }: AddedToken, chatTemplate: string | undefined): boolean {
  if (special) return true;
  if (content.trim() === "") return false;
  return shapes.some((shape) => shape.test(content)) || (chatTemplate?.includes(content) ?? false);
}
