/** A model by the name that its source gives it, "hf:Qwen/Qwen3-0.6B": a scheme, and a path whose letters the scheme decides. */
export interface ModelAddress {
  scheme: string;
  path: string;
}

/** Undefined for a catalog id, in which there is no colon. */
export function parseModelAddress(model: string): ModelAddress | undefined {
  const [, scheme, path] = /^([a-z][a-z0-9]*):(.+)$/s.exec(model) ?? [];
  return scheme === undefined || path === undefined ? undefined : { scheme, path };
}

/**
 * The catalog id of what an address names: its parts in lower case, joined by two dashes, which neither owners nor names may hold.
 * "hf:Qwen/Qwen3-0.6B" is "hf--qwen--qwen3-0.6b"; a catalog id is itself.
 */
export function modelIdOf(model: string): string {
  const address = parseModelAddress(model);
  return address ? [address.scheme, ...address.path.split("/")].join("--").toLowerCase() : model;
}
