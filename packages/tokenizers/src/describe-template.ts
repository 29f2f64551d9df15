export interface TemplateDescription {
  /** The template shows tools to the model. */
  tools: boolean;
  /** The template can tell the model to think, or shows earlier thoughts. */
  reasoning: boolean;
}

/** What a chat template can do, told from the variables it reads. */
export function describeTemplate(source: string): TemplateDescription {
  const expressions = [...source.matchAll(/\{[{%]([\s\S]*?)[%}]\}/g)].map((match) => match[1] ?? "").join("\n");
  return {
    tools: /\btools\b/.test(expressions),
    reasoning: /\benable_thinking\b|\breasoning_content\b|<think>/.test(expressions),
  };
}
