import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";

/** A wheel that a vendor published, and what of it is wanted. */
export interface NativePartWheel {
  /** As a Python package index knows it. */
  package: string;
  version: string;
  fileName: string;
  sha256: string;
  sizeBytes: number;
  /** What is unpacked: files, and folders with a slash at the end. Licences always are. */
  members: readonly string[];
}

/** How native libraries that no npm package carries come into the store. */
export interface NativePartRecipe {
  /** Of letters, digits and dashes. */
  id: string;
  title: string;
  version: string;
  licence: { name: string; url: string };
  /** By operating system and architecture, as Node names them: "linux-x64". */
  wheels: Readonly<Record<string, NativePartWheel>>;
  /** Platforms where there is no wheel and none is needed: `build` makes the part of what the adapter's package carries. */
  builtOn?: readonly string[];
  /** Finishes what was unpacked, in a folder that is moved afterwards: compiles, or makes an environment. A failure leaves nothing. */
  build?(folder: string, tools: NativePartTools): Promise<void>;
}

export interface NativePartTools {
  /** The interpreter that the user has. */
  python: string;
  log: Log;
  signal?: AbortSignal;
}

/** What an adapter looks for in `AdapterContext.nativeParts`: a folder holds the version that it was made for, or is another part. */
export function nativePartName({ id, version }: Pick<NativePartRecipe, "id" | "version">): string {
  return `${id}@${version}`;
}

/**
 * Absent where the part is built of the package's own sources.
 * @throws TenfoldError `framework-unavailable` where there is nothing for this platform.
 */
export function wheelFor(recipe: NativePartRecipe, { os, architecture }: { os: string; architecture: string }): NativePartWheel | undefined {
  const wheel = recipe.wheels[`${os}-${architecture}`];
  if (wheel || recipe.builtOn?.includes(`${os}-${architecture}`)) return wheel;
  throw new TenfoldError("framework-unavailable", `${recipe.title} has no build for ${os} on ${architecture}.`, {
    remedy: `It exists for ${[...Object.keys(recipe.wheels), ...(recipe.builtOn ?? [])].join(", ")}.`,
  });
}
