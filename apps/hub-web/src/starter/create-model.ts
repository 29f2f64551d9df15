import type { Artifact } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { artifactColumns, modelColumns, sourceColumns, variantColumns } from "../publishing/rows-of-manifest.ts";
import type { StarterModel, StarterVariant } from "./starter-schema.ts";

/** A starter model with its files taken in. */
export interface ModelToCreate {
  readonly model: Omit<StarterModel, "variants">;
  readonly variants: readonly { readonly variant: Omit<StarterVariant, "artifacts">; readonly artifacts: readonly Artifact[] }[];
}

/** Where nothing stands yet: one query, unlike `writeDraft`, which keeps the rows that stay. */
export async function createModel(transaction: Transaction, { model, variants }: ModelToCreate): Promise<void> {
  await transaction.model.create({
    data: {
      id: model.id,
      ...modelColumns(model),
      variants: {
        create: variants.map(({ variant, artifacts }, position) => ({
          name: variant.id,
          ...variantColumns(variant, position),
          artifacts: {
            create: artifacts.map(({ path, sources, ...artifact }, place) => ({
              path,
              ...artifactColumns(artifact, place),
              sources: { create: sources.map(sourceColumns) },
            })),
          },
        })),
      },
    },
  });
}
