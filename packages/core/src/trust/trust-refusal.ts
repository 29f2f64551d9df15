import { TenfoldError } from "@tenfold/catalog";

/** Why metadata were refused. */
export type RefusalReason = "unsigned" | "malformed" | "too-long" | "signatures" | "rollback" | "mix-and-match" | "wrong-root";

const remedies: Partial<Record<RefusalReason, string>> = {
  unsigned: "Ask who runs the hub to start a version that signs what it publishes.",
  "wrong-root": "Compare the fingerprint with one that you got from the hub's owner by another way; then remove the hub and add it again with that one.",
};

/** What nobody trusted has signed, or what was signed but may not come now. `details.reason` names the attack it would be. */
export function untrusted(reason: RefusalReason, message: string, cause?: unknown): TenfoldError {
  const remedy = remedies[reason];
  return new TenfoldError("untrusted-catalog", message, { details: { reason }, ...(remedy ? { remedy } : {}), ...(cause === undefined ? {} : { cause }) });
}

export function expired(what: string, expires: string): TenfoldError {
  return new TenfoldError("expired-catalog", `The ${what} expired at ${expires}.`, { details: { expires } });
}
