import type { GenerateRequest, Warning } from "@tenfold/core";
import type { NativeGrammar, NativeModel } from "./binding.ts";
import { prepareSchema } from "./json-schema.ts";

export interface Constraint {
  /** The grammar once it applies: thoughts before the answer are free. */
  readonly grammar: (() => NativeGrammar | undefined) | undefined;
  readonly warnings: readonly Warning[];
  /** Text of the answer, as it comes. */
  saw(text: string): void;
}

interface ConstraintOptions {
  native: NativeModel;
  request: GenerateRequest;
  /** The model thinks first, so that the grammar waits for the end of its thoughts. */
  thinks: boolean;
  closeTag: string;
}

/** How the response format holds the answer. */
export async function createConstraint({ native, request, thinks, closeTag }: ConstraintOptions): Promise<Constraint> {
  const warnings: Warning[] = [];
  const ignore = (setting: string, message: string) => warnings.push({ kind: "ignored-setting", setting, message });
  const offersTools = "tools" in request && request.tools !== undefined && request.tools.length > 0 && request.toolChoice !== "none";
  if (offersTools && request.toolChoice !== undefined && request.toolChoice !== "auto") ignore("toolChoice", "llama.cpp is asked, not made, to call a tool.");
  const format = request.responseFormat;
  if (format?.type !== "json") return { grammar: undefined, warnings, saw: () => {} };
  if (offersTools) {
    ignore("responseFormat", "A grammar for JSON would keep the model from calling its tools, so none is used.");
    return { grammar: undefined, warnings, saw: () => {} };
  }
  const prepared = format.schema && prepareSchema(format.schema);
  if (prepared && prepared.ignored.length > 0)
    ignore("responseFormat", `The grammar does not hold the answer to these keywords of the schema: ${prepared.ignored.join(", ")}.`);
  const grammar = await native.createGrammar(prepared?.schema);
  let applies = !thinks;
  let tail = "";
  return {
    grammar: () => (applies ? grammar : undefined),
    warnings,
    saw(text) {
      if (applies) return;
      tail = (tail + text).slice(-64);
      applies = tail.includes(closeTag);
    },
  };
}
