/** Not seen, and no part of any token's text. */
export const wordJoiner = "\u2060";

/** How the models that picoLLM serves mark turns, tools and thoughts: <|eot_id|>, [INST], </s>, <start_of_turn>. */
const shapes =
  /<[|｜][^<>\n]{1,64}[|｜]>|\[\/?(?:INST|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|SYSTEM_PROMPT|IMG)\]|<<\/?SYS>>|<\/?(?:s|bos|eos|pad|unk|mask|think|tool_calls?|tool_responses?|image|(?:start|end)_of_\w{1,32})>/g;

/** What in a text looks like a mark of a conversation. */
export function controlMarks(text: string): readonly string[] {
  return [...new Set(text.match(shapes) ?? [])];
}

/** picoLLM takes text alone and makes special tokens of whatever looks like one. What a person wrote is broken up, so that it stays text. */
export function breakMarks(text: string): string {
  return text.replace(shapes, (mark) => mark.slice(0, 1) + wordJoiner + mark.slice(1));
}
