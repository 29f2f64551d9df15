import type { TenfoldError } from "@tenfold/catalog";
import type { Support } from "./adapter.ts";

type Found = Omit<Extract<Support, { available: true }>, "available">;

/**
 * For adapters: what `probe` answers.
 * @param find opens the framework and says what is there; what it fails with becomes the reason.
 * @param told names that failure in plain words, with what would help.
 */
export async function supportOf(find: () => Promise<Found>, told: (error: unknown) => TenfoldError): Promise<Support> {
  try {
    return { available: true, ...(await find()) };
  } catch (error) {
    const { message, remedy } = told(error);
    return { available: false, reason: message, remedy };
  }
}
