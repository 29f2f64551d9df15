import type { Revocation } from "@tenfold/catalog";
import type { Revocation as RevocationRow } from "../generated/prisma/client.ts";

/** A revocation as documents spell it. */
export function revocationOf({ modelId, variant, sha256, reason, revokedAt }: RevocationRow): Revocation {
  return {
    ...(modelId !== null && { model: modelId }),
    ...(variant !== null && { variant }),
    ...(sha256 !== null && { sha256 }),
    reason,
    at: revokedAt.toISOString(),
  };
}
