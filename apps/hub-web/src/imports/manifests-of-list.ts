import { type Manifest, manifestSchema, parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { type StarterModel, starterSchema } from "../starter/starter-schema.ts";
import { claimsOnly } from "./claims-only.ts";

const mostModels = 500;
const theList = "the imported list";

/**
 * Reads a JSON text: one manifest as `tenfold` and hubs write it, a list of them, or a list in the form of the starter catalog.
 * @throws TenfoldError `invalid-manifest` naming each wrong path.
 */
export function manifestsOfList(text: string, at: string): Manifest[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TenfoldError("invalid-manifest", `The list is not JSON: ${(cause as Error).message}`, { cause, remedy: "Paste the whole text of the file." });
  }
  const isStarter = typeof value === "object" && value !== null && "models" in value;
  const manifests = isStarter
    ? parse(starterSchema, value, "list").models.map((model) => manifestOfStarter(model, at))
    : parse(z.array(manifestSchema), Array.isArray(value) ? value : [value], "list");
  if (manifests.length === 0 || manifests.length > mostModels)
    throw new TenfoldError("invalid-manifest", `The list holds ${manifests.length} models, expected 1 to ${mostModels}.`);
  if (new Set(manifests.map(({ id }) => id)).size < manifests.length) throw new TenfoldError("invalid-manifest", "The list names a model twice.");
  return manifests.map((manifest) => claimsOnly(manifest, theList, at));
}

function manifestOfStarter({ variants, ...model }: StarterModel, at: string): Manifest {
  return parse(
    manifestSchema,
    {
      schemaVersion: 1,
      ...model,
      variants: variants.map(({ artifacts, ...variant }) => ({
        ...variant,
        // A local file of whoever wrote the list is none of this hub's.
        artifacts: artifacts.map(({ file: _theirs, sizeBytes, sha256, claimedBy = theList, ...artifact }) => {
          const evidence = { kind: "claimed", by: claimedBy, at };
          return {
            ...artifact,
            ...(sizeBytes !== undefined && { sizeBytes: { value: sizeBytes, evidence } }),
            ...(sha256 !== undefined && { sha256: { value: sha256, evidence } }),
          };
        }),
      })),
    },
    `manifest of ${model.id}`,
  );
}
