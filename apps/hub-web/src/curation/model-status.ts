import type { ReviewState } from "../generated/prisma/enums.ts";

/** Where a model stands, for people: what waits, and what the stable channel has. */
export interface ModelStatus {
  readonly state: ReviewState;
  /** Whether the stable channel publishes what stands here, something older of it, or nothing. */
  readonly published: "this" | "older" | "no";
  readonly isDeprecated: boolean;
  /** The whole model; single variants and files are told of elsewhere. */
  readonly isRevoked: boolean;
}

export const statusNames = ["draft", "in review", "approved", "published", "deprecated", "revoked"] as const;
export type StatusName = (typeof statusNames)[number];

/** The one word for it. */
export function statusName({ state, published, isDeprecated, isRevoked }: ModelStatus): StatusName {
  if (isRevoked) return "revoked";
  if (state === "draft") return "draft";
  if (state === "inReview") return "in review";
  if (published !== "this") return "approved";
  return isDeprecated ? "deprecated" : "published";
}
