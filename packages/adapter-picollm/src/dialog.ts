import { TenfoldError } from "@tenfold/catalog";
import type { Message } from "@tenfold/core";
import type { PicoDialog, PicoModel } from "./binding.ts";
import { breakMarks } from "./control-text.ts";
import { framework } from "./errors.ts";

interface Conversation {
  system: string | undefined;
  /** Questions and answers in turns; a question is last. */
  turns: readonly { role: "user" | "assistant"; text: string }[];
}

/** Writes a conversation as the vendor's own class for a model does. */
export type DialogPrompt = (messages: readonly Message[]) => string;

/** @returns undefined where the vendor has no dialog for the model, or none in this mode. */
export function createDialogPrompt(model: Pick<PicoModel, "getDialog">, mode: string | undefined): DialogPrompt | undefined {
  try {
    model.getDialog(mode);
  } catch {
    return undefined;
  }
  return (messages) => {
    const conversation = readConversation(messages);
    const { system, turns } = conversation;
    // Left undefined, the history would be the last question alone.
    const dialog = (instruction: string | undefined) => model.getDialog(mode, turns.length, instruction);
    const prompt = write(dialog(system), turns);
    if (system === undefined || prompt.includes(system.trim())) return prompt;
    // Some of the vendor's dialogs drop it without a word: the models' own templates put it before the first question.
    const [first, ...others] = turns;
    return write(dialog(undefined), [{ role: "user", text: `${system}\n\n${first?.text ?? ""}` }, ...others]);
  };
}

function write(dialog: PicoDialog, turns: Conversation["turns"]): string {
  for (const { role, text } of turns) {
    if (role === "user") dialog.addHumanRequest(text);
    else dialog.addLLMResponse(text);
  }
  return dialog.prompt();
}

/** @throws TenfoldError `template-failed`, `unsupported-request`. */
function readConversation(messages: readonly Message[]): Conversation {
  const turns: { role: "user" | "assistant"; text: string }[] = [];
  const systems: string[] = [];
  for (const { role, content } of messages) {
    const text = breakMarks(typeof content === "string" ? content : textOf(content));
    const last = turns.at(-1);
    if (role === "tool") throw noTools();
    if (role === "system") {
      if (last) throw refusal("a system message stands behind others");
      systems.push(text);
    } else if (last?.role === role) last.text += `\n\n${text}`;
    else if (role === "assistant" && !last) throw refusal("an answer stands before the first question");
    else turns.push({ role, text });
  }
  if (turns.at(-1)?.role !== "user") throw refusal("the last message is no question");
  return { system: systems.length > 0 ? systems.join("\n\n") : undefined, turns };
}

function textOf(content: Exclude<Message["content"], string>): string {
  return content
    .map((part) => {
      if (part.type === "tool-call" || part.type === "tool-result") throw noTools();
      return part.type === "text" ? part.text : "";
    })
    .join("");
}

function refusal(what: string): TenfoldError {
  return new TenfoldError("template-failed", `picoLLM's dialog does not take these messages: ${what}.`, { framework });
}

function noTools(): TenfoldError {
  return new TenfoldError("unsupported-request", "picoLLM's dialogs have no words for tools, and the messages hold a call or a result.", {
    framework,
    remedy: "Give the model a chat template that has them: frameworkOptions: { chatTemplate }.",
  });
}
