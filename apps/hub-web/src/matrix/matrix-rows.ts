import type { FrameworkProfile, Variant } from "@tenfold/catalog";
import { type CandidateFacts, contextSizeOf, listedFacts } from "@tenfold/core/selection";
import type { MatrixModel } from "./listed-models.ts";

/** A variant under a framework that takes its format, or, without a profile, a variant that no framework here takes. */
export interface MatrixRow {
  readonly model: MatrixModel;
  readonly variant: Variant;
  readonly profile?: FrameworkProfile;
  /** Lower-case words that the search box looks in. */
  readonly searchText: string;
  /** What it takes with a context of so many tokens; worked out once, and kept for the contexts that were asked for last. */
  factsAt(contextSize: number): CandidateFacts | undefined;
}

/** How many contexts a row remembers: a slider goes back and forth. */
const mostContexts = 4;

/**
 * Every pair of a variant and a framework: a format goes with few frameworks, so there are not many more rows than variants.
 * Models come as they are given, those whose sizes are known before the others, of which little can be said.
 */
export function matrixRows(models: readonly MatrixModel[], profiles: readonly FrameworkProfile[]): readonly MatrixRow[] {
  const known = models.toSorted((one, other) => Number(other.dimensions !== undefined) - Number(one.dimensions !== undefined));
  return known.flatMap((model) =>
    model.variants.flatMap((variant) => {
      const taking = profiles.filter(
        ({ framework, formats }) => formats.includes(variant.format) && (variant.frameworks === undefined || variant.frameworks.includes(framework)),
      );
      return taking.length === 0 ? [rowOf(model, variant, undefined)] : taking.map((profile) => rowOf(model, variant, profile));
    }),
  );
}

function rowOf(model: MatrixModel, variant: Variant, profile: FrameworkProfile | undefined): MatrixRow {
  const kept = new Map<number, CandidateFacts>();
  return {
    model,
    variant,
    ...(profile ? { profile } : {}),
    searchText: [model.id, model.name, model.publisher, variant.id, variant.format, variant.quantization ?? ""].join("\n").toLowerCase(),
    factsAt(contextSize) {
      if (!profile) return undefined;
      const known = kept.get(contextSize);
      if (known) return known;
      const facts = listedFacts(model, variant, profile, { contextSize: contextSizeOf(model, contextSize) });
      for (const oldest of kept.keys()) {
        if (kept.size < mostContexts) break;
        kept.delete(oldest);
      }
      kept.set(contextSize, facts);
      return facts;
    },
  };
}
