/** What a model of picoLLM takes, known by its name alone: the vendor's list of models is short, and its library does not tell. */
export type ModelKind = "text" | "vision" | "ocr" | "embedding";

/** @param model "qwen3-vl-2b-it 329", as picoLLM calls it. */
export function modelKind(model: string): ModelKind {
  const [name = ""] = model.toLowerCase().split(" ");
  if (/(?:^|-)ocr(?:-|$)/.test(name)) return "ocr";
  if (/^embedding|(?:^|-)embed(?:ding)?s?(?:-|$)/.test(name)) return "embedding";
  return /(?:^|-)vl(?:-|$)/.test(name) ? "vision" : "text";
}
