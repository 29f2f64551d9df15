import { TenfoldError } from "@tenfold/catalog";

/** A source that cannot be asked, not believed or not understood hides itself only. */
export function isPassedOver(error: unknown): error is TenfoldError {
  return TenfoldError.is(error, "catalog-unreachable", "untrusted-catalog", "expired-catalog", "unsupported-schema-version");
}
