import { parse, parseJson, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { decodedParts } from "./decoded-parts.ts";

export const publicKaggle = "https://www.kaggle.com";

/** A variation of a model on Kaggle, of one version or of the newest. */
export const kaggleHandleSchema = z.object({
  owner: z.string(),
  model: z.string(),
  framework: z.string(),
  variation: z.string(),
  version: z.int().positive().exactOptional(),
});
export type KaggleHandle = Readonly<z.infer<typeof kaggleHandleSchema>>;

/** What Kaggle says of a variation, as far as it is used. */
const instanceSchema = z.object({ versionNumber: z.int().positive(), licenseName: z.string().optional(), overview: z.string().optional() });

export interface KaggleArchive {
  /** Of all files of one version together. Kaggle says no digest. */
  readonly url: string;
  readonly version: number;
  readonly licence?: string;
  readonly overview?: string;
}

export interface AskKaggle {
  readonly fetch: typeof globalThis.fetch;
  readonly endpoint: string;
  /** What signs in there. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks Kaggle which version is the newest, and where its archive lies.
 * @throws TenfoldError `unauthorized`, `unknown-model`, `http-status`, `network`, `invalid-manifest` for an answer that says no version.
 */
export async function findKaggleArchive(handle: KaggleHandle, { fetch, endpoint, headers, signal }: AskKaggle): Promise<KaggleArchive> {
  const { owner, model, framework, variation } = handle;
  const path = `${endpoint}/api/v1/models/${[owner, model, framework, variation].map(encodeURIComponent).join("/")}`;
  const response = await fetch(`${path}/get`, { headers: { ...headers, accept: "application/json" }, signal });
  const text = await response.text();
  const { host } = new URL(endpoint);
  if (response.status === 401 || response.status === 403)
    throw new TenfoldError("unauthorized", `${host} does not show ${owner}/${model} to this hub (${response.status}).`, {
      remedy: "Accept the model's licence on Kaggle, and save NAME:KEY for it under Imports.",
    });
  if (response.status === 404) throw new TenfoldError("unknown-model", `There is no ${owner}/${model}/${framework}/${variation} on ${host}.`);
  if (!response.ok)
    throw new TenfoldError("http-status", `${host} answers ${response.status}.`, { retryable: response.status >= 500 || response.status === 429 });
  const { versionNumber, licenseName, overview } = parseJson(instanceSchema, text, `answer of ${host}`);
  const version = handle.version ?? versionNumber;
  return {
    url: `${path}/${version}/download`,
    version,
    ...(licenseName !== undefined && { licence: licenseName }),
    ...(overview !== undefined && overview !== "" && { overview }),
  };
}

/**
 * Reads what stands behind "models" in the address of one of Kaggle's pages.
 * @throws TenfoldError `invalid-input` for a page that is no variation of a model.
 */
export function readKagglePath(path: string): KaggleHandle {
  const [first, owner, model, ...rest] = decodedParts(path);
  // Older addresses say what each part is.
  const [framework, variation, version] = rest.filter((word) => !["frameworks", "variations", "versions"].includes(word));
  const parts = [owner, model, framework, variation];
  if (first !== "models" || parts.some((part) => part === undefined || !/^[\w.-]+$/.test(part)) || (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)))
    throw new TenfoldError("invalid-input", "This page of Kaggle is no variation of a model.", {
      remedy: "Take the address of one variation: …/models/OWNER/MODEL/FRAMEWORK/VARIATION, with a version at its end or without.",
    });
  return parse(
    kaggleHandleSchema,
    { owner, model, framework, variation, ...(version !== undefined && { version: Number(version) }) },
    "address",
    "invalid-input",
  );
}
