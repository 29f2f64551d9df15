import { TenfoldError } from "@tenfold/catalog";

/**
 * The name of the file at an address: what stands last in it, decoded. An encoded slash parts folders as a plain one does. "model" for the address of a folder.
 * @throws TenfoldError `invalid-input` for a per cent sign that encodes nothing.
 */
export function fileNameOfUrl(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last).split(/[/\\]/).at(-1) || "model";
  } catch (cause) {
    throw new TenfoldError("invalid-input", `The address ends in ${last}, which is not encoded as addresses are.`, {
      cause,
      remedy: "Write %25 where the name has a per cent sign.",
    });
  }
}
