import type { Measured } from "./conformance-case.ts";

/** What a suite runs, for the table of all suites, and how far it may be from the reference in 32-bit floats. */
export interface TestedForm {
  precision: string;
  platform: "Node" | "Chromium";
  /** Which way to the framework, where it has several: "WebAssembly". */
  through?: string;
  /** What a machine needs to run it, as `need()` of the tests calls it: "chromium". */
  needs?: string;
  /** The most that a log-probability may be off, natural logarithm: 0.001 in full precision. */
  difference: number;
  /** The most that the perplexity of the reference's answers may be. */
  perplexity: number;
}

/** One line of that table, of one case. */
export interface FormResult {
  framework: string;
  form: TestedForm;
  suite: string;
  measured: Measured;
}

declare module "vitest" {
  interface TaskMeta {
    /** What a conformance case measured, for the report. */
    formResult?: FormResult;
  }
}

/** @throws Error where a form is farther from the reference than it states. */
export function checkForm({ difference, perplexity }: TestedForm, measured: Measured): void {
  if ((measured.largestDifference ?? 0) > difference) {
    throw new Error(`A log-probability is ${measured.largestDifference} from the reference's; the form states ${difference} at most.`);
  }
  if ((measured.perplexity ?? 1) > perplexity) {
    throw new Error(`The reference's answers have a perplexity of ${measured.perplexity}; the form states ${perplexity} at most.`);
  }
}
