import type { Compatibility } from "@tenfold/catalog";

type Verdict = Compatibility["verdict"];

/** A verdict in a word or two; its sign tells it apart without colour. */
export const verdicts: Readonly<Record<Verdict, { readonly name: string; readonly sign: string; readonly tone: "good" | "busy" | "bad" | "neutral" }>> = {
  runs: { name: "Runs", sign: "✓", tone: "good" },
  tight: { name: "Tight", sign: "≈", tone: "busy" },
  "does-not-fit": { name: "Too large", sign: "✕", tone: "bad" },
  unsupported: { name: "Not supported", sign: "–", tone: "neutral" },
  unknown: { name: "Not known", sign: "?", tone: "neutral" },
};

/** "12 tok/s", "0.8 tok/s". */
export function formatSpeed(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tok/s`;
}

/** "4,096 tokens". */
export function formatTokens(count: number): string {
  return `${new Intl.NumberFormat("en-GB").format(count)} tokens`;
}
