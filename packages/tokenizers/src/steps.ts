import type { Step } from "./definition.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import { readArray, readObject, readString } from "./json-reader.ts";
import { limits } from "./limits.ts";

const listNames: Readonly<Record<string, string>> = {
  normalizer: "normalizers",
  "pre-tokenizer": "pretokenizers",
  "post-processor": "processors",
  decoder: "decoders",
};

export type StepKind = "normalizer" | "pre-tokenizer" | "post-processor" | "decoder";

/**
 * The steps that a step stands for: itself, or those inside a sequence, in order.
 * @throws TenfoldError `invalid-format` when sequences nest too deeply or hold too much.
 */
export function flattenStep(step: Step | undefined, kind: StepKind, depth = 0): Step[] {
  if (!step) return [];
  if (depth > limits.nesting) throw invalidTokenizer("holds sequences inside sequences without end", `the ${kind}`);
  if (step.type !== "Sequence") return [step];
  const list = listNames[kind] as string;
  const steps = readArray(step[list], `${list} of the ${kind}`).flatMap((inner) => flattenStep(readStep(inner, kind), kind, depth + 1));
  if (steps.length > limits.steps) throw invalidTokenizer(`has more than ${limits.steps} steps`, `the ${kind}`);
  return steps;
}

export function readStep(value: unknown, kind: StepKind): Step {
  const object = readObject(value, `the ${kind}`);
  return { ...object, type: readString(object.type, `the type of the ${kind}`) };
}

/** Absent and null both mean that there is none. */
export function readOptionalStep(value: unknown, kind: StepKind): Step | undefined {
  return value === undefined || value === null ? undefined : readStep(value, kind);
}

/** A pattern as the files write it: `{ "String": … }` or `{ "Regex": … }`. */
export function readPattern(value: unknown, where: string): { text: string } | { expression: string } {
  if (typeof value === "string") return { text: value };
  const { String: text, Regex: expression } = readObject(value, where);
  return typeof expression === "string" ? { expression } : { text: readString(text, where) };
}
