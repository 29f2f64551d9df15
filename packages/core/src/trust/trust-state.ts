import { parseJson, TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Platform } from "../platform/platform.ts";
import { createTwinFile } from "./twin-file.ts";

const stateSchema = z.object({
  schemaVersion: z.literal(1),
  /** The root that a person, or the first visit, chose. */
  pinnedFingerprint: z.string(),
  /** The newest metadata of each role that were verified: their text as it came. */
  root: z.string(),
  /** The roots that led to it, the oldest first: who carries a model elsewhere takes them along, for trust that began with an older one. */
  passedRoots: z.exactOptional(z.array(z.string())),
  timestamp: z.exactOptional(z.string()),
  snapshot: z.exactOptional(z.string()),
  targets: z.exactOptional(z.string()),
});
/** What is remembered of one hub between two visits. Nothing in it is believed because it lies there: signatures are verified again. */
export type TrustState = z.infer<typeof stateSchema>;

export interface TrustStateFile {
  /** Undefined when there is none, or no copy of it is whole: then the pinned root is where trust begins again. */
  read(): Promise<TrustState | undefined>;
  /** Keeps the newer of this and of what another process has written meanwhile. */
  write(state: TrustState): Promise<void>;
  remove(): Promise<void>;
}

export function createTrustStateFile(platform: Pick<Platform, "files" | "sha256">, folder: string): TrustStateFile {
  const file = createTwinFile(platform, `${folder}/state`);
  return {
    read: async () => parsed(await file.read()),
    write: (state) => file.update((text) => JSON.stringify(newer(parsed(text), state))),
    remove: () => file.update(() => undefined),
  };
}

function parsed(text: string | undefined): TrustState | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJson(stateSchema, text, "trust state", "storage-failed");
  } catch (error) {
    if (TenfoldError.is(error)) return undefined;
    throw error;
  }
}

function newer(known: TrustState | undefined, mine: TrustState): TrustState {
  if (!known || known.pinnedFingerprint !== mine.pinnedFingerprint) return mine;
  for (const role of ["root", "timestamp", "snapshot", "targets"] as const) {
    const difference = versionOf(known[role]) - versionOf(mine[role]);
    // A new root may have taken back what its predecessor's keys had signed, so the rest comes with it.
    if (difference !== 0) return difference > 0 ? known : mine;
  }
  return mine;
}

const versionOf = (text: string | undefined) => (text === undefined ? 0 : (JSON.parse(text) as { signed: { version: number } }).signed.version);

/** The files in which a hub would serve what is known of it. */
export function metadataFiles({ root, passedRoots = [], timestamp, snapshot, targets }: TrustState): Map<string, Uint8Array> {
  const named = (role: string, text: string) => [role === "timestamp" ? "timestamp.json" : `${versionOf(text)}.${role}.json`, text] as const;
  const texts = [...passedRoots, root].map((text) => named("root", text));
  for (const [role, text] of Object.entries({ timestamp, snapshot, targets })) if (text !== undefined) texts.push(named(role, text));
  return new Map(texts.map(([name, text]) => [name, new TextEncoder().encode(text)]));
}
