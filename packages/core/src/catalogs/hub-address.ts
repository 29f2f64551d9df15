import { TenfoldError } from "@tenfold/catalog";

/** A hub's address as everything here spells it. @throws TenfoldError `invalid-input`. */
export function hubAddress(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new TenfoldError("invalid-input", `${url} is not the address of a hub.`, { remedy: "Give an address that begins with https:// or http://." });
  }
  return url.replace(/\/+$/, "");
}
