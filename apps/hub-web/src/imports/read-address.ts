import { TenfoldError } from "@tenfold/catalog";
import { fileNameOfUrl } from "@tenfold/core/inspect";
import { isArchiveName } from "../artifacts/unpack-archive.ts";
import { decodedParts } from "./decoded-parts.ts";
import { type KaggleHandle, publicKaggle, readKagglePath } from "./kaggle.ts";

/** What somebody wants to import, as they named it. */
export type ImportAddress =
  | { readonly kind: "hugging-face"; readonly repository: string; readonly file?: string }
  | { readonly kind: "https"; readonly url: string }
  /** Has to be read whole before anything is known of it. */
  | { readonly kind: "archive"; readonly url: string }
  | { readonly kind: "kaggle"; readonly handle: KaggleHandle };

const publicHosts = ["huggingface.co", "www.huggingface.co", "hf.co"];

/**
 * Reads a repository by name ("owner/name", "hf:owner/name") or by the address of any of its pages, a page of Kaggle, or the address of a file.
 * @param endpoint of the Hugging Face Hub in use: its pages are repositories as well.
 * @param kaggleEndpoint the same for Kaggle.
 * @throws TenfoldError `invalid-input`.
 */
export function readImportAddress(text: string, endpoint: string, kaggleEndpoint = publicKaggle): ImportAddress {
  const address = text.trim();
  const named = /^(?:hf:)?([\w.-]+\/[\w.-]+)$/.exec(address);
  if (named?.[1] !== undefined) return { kind: "hugging-face", repository: named[1] };
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new TenfoldError("invalid-input", "This is neither the name of a repository nor the address of a file.", {
      remedy: "Write owner/name as the Hugging Face Hub spells it, or the https address of a model's file.",
    });
  }
  const url = new URL(address);
  const base = new URL(endpoint);
  const isHub = publicHosts.includes(url.host) || (url.origin === base.origin && url.pathname.startsWith(base.pathname));
  const isKaggle = url.origin === new URL(kaggleEndpoint).origin || ["www.kaggle.com", "kaggle.com"].includes(url.host);
  if (isKaggle) return { kind: "kaggle", handle: readKagglePath(url.pathname) };
  if (!isHub) {
    // Refused here what has no name: a job that met it would come too late to say so.
    fileNameOfUrl(address);
    return { kind: isArchiveName(url.pathname) ? "archive" : "https", url: address };
  }
  const inside = url.origin === base.origin ? url.pathname.slice(base.pathname.replace(/\/$/, "").length) : url.pathname;
  const [owner, name, what, revision, ...rest] = decodedParts(inside);
  if (owner === undefined || name === undefined || ["datasets", "spaces", "docs", "models", "api"].includes(owner)) {
    throw new TenfoldError("invalid-input", "This page of the Hugging Face Hub is no model.", { remedy: "Take the address of a model's own page." });
  }
  if (revision !== undefined && !["main", "HEAD"].includes(revision)) {
    throw new TenfoldError("invalid-input", `The hub imports what the branch main is at, and pins that commit; this address names ${revision}.`, {
      remedy: `Import ${owner}/${name}.`,
    });
  }
  const file = ["blob", "resolve"].includes(what ?? "") && rest.length > 0 ? rest.join("/") : undefined;
  return { kind: "hugging-face", repository: `${owner}/${name}`, ...(file !== undefined && { file }) };
}
