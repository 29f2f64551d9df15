import type { GenerateRequest, Sampling, Warning } from "@tenfold/core";
import type { Prompts } from "./prompts.ts";

const ignored = (setting: string, message: string): Warning => ({ kind: "ignored-setting", setting, message });

/** What picoLLM has no setting for. A value that would change nothing is not worth a word. */
const unsupported: readonly { setting: keyof Sampling; asks(sampling: Sampling): boolean; message: string }[] = [
  { setting: "topK", asks: ({ topK = 0 }) => topK > 0, message: "picoLLM samples without top-k." },
  { setting: "minP", asks: ({ minP = 0 }) => minP > 0, message: "picoLLM samples without min-p." },
  {
    setting: "repetitionPenalty",
    asks: ({ repetitionPenalty = 1 }) => repetitionPenalty !== 1,
    message: "picoLLM has no repetition penalty; it has those for frequency and presence.",
  },
  { setting: "frequencyPenalty", asks: ({ frequencyPenalty = 0 }) => frequencyPenalty < 0, message: "picoLLM takes no negative penalty." },
  { setting: "presencePenalty", asks: ({ presencePenalty = 0 }) => presencePenalty < 0, message: "picoLLM takes no negative penalty." },
  { setting: "dry", asks: ({ dry }) => (dry?.multiplier ?? 0) > 0, message: "picoLLM samples without DRY." },
  { setting: "xtc", asks: ({ xtc }) => (xtc?.probability ?? 0) > 0, message: "picoLLM samples without XTC." },
  { setting: "logitBias", asks: ({ logitBias = {} }) => Object.keys(logitBias).length > 0, message: "picoLLM takes no bias for tokens." },
];

/** What of a request picoLLM does not do. */
export function requestWarnings(request: GenerateRequest, prompts: Pick<Prompts, "tools">, maxTopChoices: number): Warning[] {
  const { sampling = {}, responseFormat, logProbabilities = 0 } = request;
  const warnings = unsupported.filter(({ asks }) => asks(sampling)).map(({ setting, message }) => ignored(setting, message));
  if (responseFormat?.type === "json") warnings.push(ignored("responseFormat", "picoLLM has no grammars: nothing holds the answer to JSON."));
  if (logProbabilities > maxTopChoices) warnings.push(ignored("logProbabilities", `picoLLM reports ${maxTopChoices} tokens at most.`));
  if (logProbabilities > 0) {
    warnings.push({ kind: "other", message: "picoLLM tells probabilities when the answer is done: its text comes then, and not before." });
  }
  if (!("messages" in request) || !request.tools?.length || request.toolChoice === "none") return warnings;
  if (!prompts.tools) warnings.push(ignored("tools", "The model's prompt has no words for tools: it is not told of them."));
  else if (request.toolChoice === "required" || typeof request.toolChoice === "object") {
    warnings.push(ignored("toolChoice", "picoLLM has no grammars: the model is told of the tools, and nothing makes it call one."));
  }
  return warnings;
}
