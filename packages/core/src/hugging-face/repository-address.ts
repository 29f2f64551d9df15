import { idSchema, TenfoldError } from "@tenfold/catalog";
import { safeParse } from "zod/mini";
import { modelIdOf, parseModelAddress } from "../registry/model-address.ts";

export const scheme = "hf";

/** "owner/name" of the Hub, and a file in it where one is named. */
export interface RepositoryAddress {
  repository: string;
  file?: string;
}

/**
 * Reads "hf:owner/name" or "hf:owner/name/path/of/file".
 * @throws TenfoldError `invalid-input`.
 */
export function parseRepositoryAddress(address: string): RepositoryAddress {
  const parsed = parseModelAddress(address);
  const [owner, name, ...rest] = parsed?.scheme === scheme ? parsed.path.split("/") : [];
  const isName = (part: string | undefined) => part !== undefined && /^\w(?:[\w.-]*\w)?$/.test(part) && !/--|\.\./.test(part);
  if (!owner || !name || !isName(owner) || !isName(name) || rest.some((part) => part === "" || part === "." || part === "..")) {
    throw new TenfoldError("invalid-input", `${address} is not the address of a repository.`, { remedy: "Write hf:owner/name, as the Hub spells it." });
  }
  return { repository: `${owner}/${name}`, ...(rest.length > 0 ? { file: rest.join("/") } : {}) };
}

/** @throws TenfoldError `invalid-input` for a name that is no catalog id even in lower case. */
export function idOfRepository(repository: string): string {
  const id = modelIdOf(`${scheme}:${repository}`);
  if (safeParse(idSchema, id).success) return id;
  throw new TenfoldError("invalid-input", `${repository} has a name that cannot be the id of a model.`, {
    remedy: "Download its files yourself, and import them under a name of yours.",
  });
}

/** The repository, in lower case, that an id was made from; undefined for the id of anything else. */
export function repositoryOfId(id: string): string | undefined {
  const [first, owner, name, ...rest] = id.split("--");
  return first === scheme && owner && name && rest.length === 0 ? `${owner}/${name}` : undefined;
}
