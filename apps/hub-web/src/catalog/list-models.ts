import { TenfoldError } from "@tenfold/catalog";
import { literal } from "../database/literal.ts";
import type { Database } from "../database/open-database.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import type { ModelQuery, SortOrder } from "./model-query.ts";
import { type ModelSummary, modelSummary } from "./model-summary.ts";
import { ofRelease } from "./of-release.ts";
import { publishedRelease } from "./published-release.ts";

export interface ModelList {
  /** The release that is listed; absent while nothing is published. */
  release?: { number: number; publishedAt: string };
  total: number;
  models: ModelSummary[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/**
 * Lists what a channel publishes. A cursor names a release and a place in it: releases never change, so pages
 * neither skip nor repeat a model when another release is published while somebody reads on.
 * @throws TenfoldError `invalid-input` for a cursor of a release that does not exist
 */
export async function listModels(database: Database, query: ModelQuery): Promise<ModelList> {
  const { channel, skip: given, cursor, ...filters } = query;
  const [cursorRelease, skip = given] = cursor?.split("-").map(Number) ?? [];
  const release =
    cursorRelease === undefined ? await publishedRelease(database, channel) : await database.release.findUnique({ where: { number: cursorRelease } });
  if (!release) {
    if (cursorRelease === undefined) return { total: 0, models: [] };
    throw new TenfoldError("invalid-input", `cursor: there is no release ${cursorRelease}`);
  }
  const { number, publishedAt } = release;
  const question = { ...filters, skip };
  return ofRelease(database, number, ["models", question], () => listOfRelease(database, { number, publishedAt }, question));
}

type Question = Omit<ModelQuery, "channel" | "cursor">;

async function listOfRelease(database: Database, release: { number: number; publishedAt: Date }, question: Question): Promise<ModelList> {
  const { q, format, quantization, capability, licence, publisher, maximumSizeBytes, sort, limit, skip } = question;
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const where: Prisma.ManifestWhereInput = {
    releases: { some: { releaseNumber: release.number } },
    AND: words.map((word) => ({ searchText: { contains: literal(word) } })),
    ...(format && { formats: { has: format } }),
    ...(capability && { capabilities: { has: capability } }),
    ...(quantization && { quantizations: { has: quantization } }),
    ...(licence && { licence }),
    ...(publisher && { publisher }),
    ...(maximumSizeBytes !== undefined && { smallestBytes: { lte: maximumSizeBytes } }),
  };
  const [total, rows] = await Promise.all([
    database.manifest.count({ where }),
    database.manifest.findMany({ where, orderBy: [...orders[sort], { name: "asc" }, { modelId: "asc" }], skip, take: limit }),
  ]);
  const next = skip + rows.length;
  return {
    release: { number: release.number, publishedAt: release.publishedAt.toISOString() },
    total,
    models: rows.map(modelSummary),
    ...(next < total && rows.length > 0 && { nextCursor: `${release.number}-${next}` }),
  };
}

const orders: Record<SortOrder, Prisma.ManifestOrderByWithRelationInput[]> = {
  evidence: [{ verifiedCount: "desc" }, { claimedCount: "desc" }],
  name: [],
  smallest: [{ smallestBytes: { sort: "asc", nulls: "last" } }],
  largest: [{ largestBytes: { sort: "desc", nulls: "last" } }],
  parameters: [{ parameterCount: { sort: "asc", nulls: "last" } }],
};
