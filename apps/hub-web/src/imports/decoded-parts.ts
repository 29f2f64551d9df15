import { TenfoldError } from "@tenfold/catalog";

/** The parts of an address's path, decoded. @throws TenfoldError `invalid-input` for a per cent sign that encodes nothing. */
export function decodedParts(path: string): string[] {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch (cause) {
    throw new TenfoldError("invalid-input", "The address is not encoded as addresses are.", { cause, remedy: "Copy it from the browser once more." });
  }
}
