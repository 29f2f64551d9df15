import { TenfoldError, type Variant } from "@tenfold/catalog";

/**
 * The variant that a person means: by id, else the only one of a quantization, in any case: "Q4_K_M".
 * @throws TenfoldError `unknown-variant` naming those that there are.
 */
export function matchVariant<Known extends Pick<Variant, "id" | "quantization">>(variants: readonly Known[], wanted: string, model: string): Known {
  const byId = variants.find(({ id }) => id === wanted);
  if (byId) return byId;
  const alike = variants.filter(({ quantization }) => quantization?.toLowerCase() === wanted.toLowerCase());
  const [only] = alike;
  if (only && alike.length === 1) return only;
  const names = (alike.length > 0 ? alike : variants).map(({ id }) => id).join(", ");
  throw new TenfoldError(
    "unknown-variant",
    alike.length > 0 ? `${model} has several variants in ${wanted}: ${names}.` : `${model} has no variant ${wanted}; it has: ${names}.`,
  );
}
