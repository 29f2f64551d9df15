import { capabilitySchema, idSchema } from "@tenfold/catalog";
import { type CandidateFacts, type Ranking, rankCandidates } from "@tenfold/core/selection";
import { z } from "zod";
import type { Database } from "../database/open-database.ts";
import { reckonedDevice } from "./matrix-cell.ts";
import { askedDevices, publishedMatrix } from "./published-matrix.ts";

const capabilities = z
  .union([z.string(), z.array(z.string())])
  .transform((given) =>
    [given]
      .flat()
      .flatMap((text) => text.split(","))
      .map((text) => text.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.enum(capabilitySchema.options)).max(capabilitySchema.options.length));

/** A device, and what is wanted of a model there. */
export const needFilters = {
  device: idSchema.check(z.describe("The device, by id.")),
  capability: capabilities.optional().describe("All of these, with commas: chat, tools, json, reasoning, vision, embeddings, reranking."),
  language: z.string().trim().min(1).max(20).optional().describe("A language that the model is said to know, as en or de."),
  licence: z.string().trim().min(1).max(100).optional(),
  prefer: z.enum(["quality", "speed", "memory"]).default("quality").describe("What comes first among what fits and is fast enough."),
  context: z.coerce.number().int().min(1).max(10_000_000).default(4096).describe("Tokens of prompt and answer together."),
  memory: z.coerce.number().int().min(1).max(10_000_000).optional().describe("The most megabytes that it may take."),
  entitlement: z
    .union([z.boolean(), z.enum(["1", "true", "on"]).transform(() => true), z.enum(["0", "false"]).transform(() => false)])
    .default(false)
    .describe("Applications have iOS's increased-memory entitlement."),
};
export const needSchema = z.object(needFilters);
export type Need = z.output<typeof needSchema>;

/**
 * The variants and frameworks that suit a device and a need, the best first: `rankListed` of `@tenfold/core` over what is published, with what rows take kept between questions.
 * @throws TenfoldError `invalid-input` for a device that this hub does not have
 */
export async function recommend(database: Database, need: Need): Promise<Ranking> {
  const matrix = await publishedMatrix(database);
  const [device] = askedDevices(matrix, [need.device]);
  if (!device) return { choices: [], rejected: [] };
  const { capability = [], language, licence, context, prefer, memory, entitlement } = need;
  const facts = matrix.rows.flatMap((row): CandidateFacts[] => {
    const { model } = row;
    const suits =
      !model.deprecated &&
      capability.every((one) => model.capabilities.includes(one)) &&
      (language === undefined || (model.languages?.includes(language) ?? false)) &&
      (licence === undefined || model.licence.id.toLowerCase() === licence.toLowerCase());
    const found = suits ? row.factsAt(context) : undefined;
    return found ? [found] : [];
  });
  return rankCandidates(facts, reckonedDevice(device, entitlement), {
    contextSize: context,
    preference: prefer,
    ...(memory === undefined ? {} : { memoryLimitBytes: memory * 1_000_000 }),
  });
}
